/** Simulated annealing of ruin and recreate for rounds that wait for each other, where each step is checked as a whole. */
import type { Annealed } from './anneal.ts';
import { UNSERVED } from './chains.ts';
import { type Cooling, temperatureAfter, tolerated } from './cooling.ts';
import type { Neighbours } from './neighbours.ts';
import { type Part, partOf, roundsOf, visitsOf } from './part.ts';
import { Random } from './random.ts';
import { SoftRecreate } from './softRecreate.ts';
import { type SoftModel, SoftRounds } from './softRounds.ts';

const CLOCK_EVERY = 64;

type Kept = Pick<SoftRounds, 'next' | 'prev' | 'round' | 'begins' | 'count' | 'load' | 'work' | 'ways'>;

export function softAnneal(model: SoftModel, near: Neighbours, part: Part, cooling: Cooling): Annealed {
  const random = new Random(cooling.seed);
  const rounds = new SoftRounds(model);
  for (const [carer, nodes] of roundsOf(part)) rounds.setRound(carer, nodes);
  for (const v of part.unserved) {
    rounds.round[v] = UNSERVED;
    rounds.lost += model.priority[v] as number;
  }
  rounds.retime();
  const recreate = new SoftRecreate(rounds, random, [...part.carers]);
  const all = visitsOf(model, part);
  const worth = () => rounds.cost + cooling.lostCost * rounds.lost;
  const keep = (): Kept => ({
    next: rounds.next.slice(),
    prev: rounds.prev.slice(),
    round: rounds.round.slice(),
    begins: rounds.begins.slice(),
    count: rounds.count.slice(),
    load: rounds.load.slice(),
    work: rounds.work.slice(),
    ways: rounds.ways.slice(),
  });
  const put = (from: Kept, to: Kept) => {
    to.next.set(from.next);
    to.prev.set(from.prev);
    to.round.set(from.round);
    to.begins.set(from.begins);
    to.count.set(from.count);
    to.load.set(from.load);
    to.work.set(from.work);
    to.ways.set(from.ways);
  };
  const current = keep();
  const best = keep();
  let sums = sumsOf(rounds);
  let currentWorth = worth();
  let bestWorth = currentWorth;
  let bestCost = rounds.cost;
  let bestLost = rounds.lost;
  const moved: number[] = [];
  const startedAt = performance.now();
  let temperature = cooling.from;
  let steps = 0;
  for (; steps < cooling.steps; steps++) {
    if (steps % CLOCK_EVERY === 0) {
      const now = temperatureAfter(steps, startedAt, cooling);
      if (now === null) break;
      temperature = now;
    }
    moved.length = 0;
    softRuin(rounds, near, random, all[random.below(all.length)] as number, moved);
    for (const v of all) if (rounds.round[v] === UNSERVED && !moved.includes(v)) moved.push(v);
    rounds.retime();
    shuffle(moved, random, model);
    for (const v of moved) {
      if (rounds.round[v] !== UNSERVED) continue;
      const other = model.partner[v] as number;
      const priority = (model.priority[v] as number) + (other >= 0 ? (model.priority[other] as number) : 0);
      recreate.putIn(v, cooling.lostCost * priority);
      if (rounds.round[v] !== UNSERVED) rounds.lost -= priority;
    }
    const now = worth();
    if (now < currentWorth + tolerated(temperature, random)) {
      currentWorth = now;
      put(rounds, current);
      sums = sumsOf(rounds);
      if (now < bestWorth - 1e-7) {
        bestWorth = now;
        bestCost = rounds.cost;
        bestLost = rounds.lost;
        put(rounds, best);
      }
    } else {
      put(current, rounds);
      Object.assign(rounds, sums);
    }
  }
  const partAs = (kept: Kept): Part => {
    put(kept, rounds);
    const own = [...part.carers].map((carer) => [carer, rounds.nodesOf(carer)] as const);
    return partOf(
      own,
      all.filter((v) => rounds.round[v] === UNSERVED),
    );
  };
  return { best: partAs(best), total: bestCost, lost: bestLost, current: partAs(current), steps };
}

/** What is kept of rounds beside where everybody is. */
const sumsOf = ({ travel, wishes, late, greatest, uneven, lost }: SoftRounds) => ({
  travel,
  wishes,
  late,
  greatest,
  uneven,
  lost,
});

const AVERAGE_REMOVED = 10;
const LONGEST = 8;

/** Takes strings out near a visit, with the other halves of pairs. */
function softRuin(rounds: SoftRounds, near: Neighbours, random: Random, seed: number, out: number[]): void {
  const { model } = rounds;
  const take = (v: number) => {
    if ((rounds.round[v] as number) < 0) return;
    for (const one of [v, model.partner[v] as number]) {
      if (one < 0 || (rounds.round[one] as number) < 0) continue;
      rounds.remove(one);
      rounds.lost += model.priority[one] as number;
      out.push(one);
    }
  };
  const ruined: number[] = [];
  const strings = 1 + random.below(3);
  const visit = (c: number): void => {
    const carer = rounds.round[c] as number;
    if (carer < 0 || ruined.includes(carer)) return;
    ruined.push(carer);
    const length = 1 + random.below(Math.min(LONGEST, rounds.count[carer] as number));
    let first = c;
    for (let back = random.below(length); back > 0; back--) {
      const p = rounds.prev[first] as number;
      if (p >= model.firstStart) break;
      first = p;
    }
    const string: number[] = [];
    for (let i = first; i < model.firstStart && string.length < length; i = rounds.next[i] as number)
      string.push(i);
    for (const v of string) if (v < model.visits) take(v);
  };
  visit(seed);
  for (let i = 0; i < near.nearWidth && ruined.length < strings && out.length < 2 * AVERAGE_REMOVED; i++) {
    const c = near.near[seed * near.nearWidth + i] as number;
    if (c < 0) break;
    visit(c);
  }
}

/** Puts the visits into an order drawn anew each time. */
function shuffle(visits: number[], random: Random, model: SoftModel): void {
  const how = random.below(4);
  const key = (v: number): number => {
    if (how === 1) return model.from[v] as number;
    if (how === 2) return -(model.until[v] as number);
    if (how === 3) return (model.partner[v] as number) >= 0 ? random.next() - 1 : random.next();
    return random.next();
  };
  const keys = new Map(visits.map((v) => [v, key(v)]));
  visits.sort(
    (a, b) =>
      (model.priority[b] as number) - (model.priority[a] as number) ||
      (keys.get(a) as number) - (keys.get(b) as number),
  );
}
