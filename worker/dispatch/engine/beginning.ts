/** What a search begins with: everybody's breaks alone, or what still fits of a plan made before. */
import type { Problem, RoundStart } from '../problem.ts';
import { hasRoom, isAble } from './able.ts';
import { UNSERVED } from './chains.ts';
import { type Part, partOf } from './part.ts';
import { IMPOSSIBLE, type SoftModel, SoftRounds } from './softRounds.ts';

/**
 * The rounds of `start` as far as they fit, in their order. Pinned visits come first, so that none is lost to what stands
 * before it; a visit listed twice stays where it fits first. Throws for a carer or a visit there is not.
 */
export function beginning(problem: Problem, model: SoftModel, start: readonly RoundStart[] = []): Part {
  const rounds = new SoftRounds(model);
  rounds.round.fill(UNSERVED, 0, model.visits);
  const breaks = breaksOf(model);
  for (let c = 0; c < model.carers; c++) rounds.setRound(c, breaks[c] as number[]);
  rounds.retime();
  for (const pinned of [true, false]) {
    for (const one of start)
      follow(problem, rounds, one, (v) => pinned === (problem.visits[v]?.pinned != null));
  }
  for (let v = 0; v < model.visits; v++) {
    // Half of a pair is nothing.
    const other = model.partner[v] as number;
    if (rounds.round[v] !== UNSERVED && other >= 0 && rounds.round[other] === UNSERVED) rounds.remove(v);
  }
  return partOf(
    problem.carers.map((_, c) => [c, rounds.nodesOf(c)] as const),
    Int32Array.from(problem.visits.keys()).filter((v) => rounds.round[v] === UNSERVED),
  );
}

/** Puts in those visits of a round that are wanted now, each behind those before it that have been put in. */
function follow(
  problem: Problem,
  rounds: SoftRounds,
  { carer, visits }: RoundStart,
  isWanted: (visit: number) => boolean,
): void {
  if (problem.carers[carer] === undefined) throw new Error(`the plan to begin with names carer ${carer}`);
  let last = rounds.model.firstStart + carer;
  for (const v of visits) {
    if (problem.visits[v] === undefined) throw new Error(`the plan to begin with names visit ${v}`);
    if (isWanted(v) && rounds.round[v] === UNSERVED) putBehind(rounds, v, last, carer);
    if (rounds.round[v] === carer) last = v;
  }
}

/** Puts a visit behind a node or behind the breaks that follow it, where it fits first. */
function putBehind(rounds: SoftRounds, visit: number, last: number, carer: number): void {
  const { model, round, next } = rounds;
  const other = model.partner[visit] as number;
  if (!isAble(model, visit, carer) || !hasRoom(model, rounds, visit, carer)) return;
  if (other >= 0 && round[other] === carer) return;
  let i = last;
  while (!rounds.insert(visit, i, IMPOSSIBLE)) {
    i = next[i] as number;
    if (!rounds.isBreak(i)) return;
  }
  rounds.settle();
}

/** By carer the breaks, the earlier first. */
function breaksOf(model: SoftModel): number[][] {
  const breaks: number[][] = Array.from({ length: model.carers }, () => []);
  for (let b = model.firstBreak; b < model.firstStart; b++) {
    breaks[model.breakCarer[b - model.firstBreak] as number]?.push(b);
  }
  for (const own of breaks) own.sort((a, b) => (model.from[a] as number) - (model.from[b] as number));
  return breaks;
}
