/**
 * Slack induction by string removals (Christiaens and Vanden Berghe 2020): around a visit, strings of adjacent visits are
 * taken out of the rounds that come near it, some with visits left standing in the middle.
 */
import type { Neighbours } from './neighbours.ts';
import type { Random } from './random.ts';
import type { Rounds } from './rounds.ts';

/** How many visits are taken out on average, and the longest string. */
const AVERAGE_REMOVED = 10;
const LONGEST = 10;
/** How often a string keeps visits in its middle, and how readily one more. */
const SPLIT_RATE = 0.5;
const SPLIT_ON = 0.01;

/** Takes visits out near `seed` into `out`; returns how many. */
export function ruin(
  rounds: Rounds,
  near: Neighbours,
  random: Random,
  seed: number,
  averageLength: number,
  out: Int32Array,
): number {
  const longest = Math.min(LONGEST, averageLength);
  const mostStrings = (4 * AVERAGE_REMOVED) / (1 + longest) - 1;
  const strings = Math.floor(random.next() * mostStrings + 1);
  const ruined: number[] = [];
  let removed = 0;
  const visit = (c: number): boolean => {
    const carer = rounds.round[c] as number;
    if (carer < 0 || ruined.includes(carer)) return false;
    ruined.push(carer);
    const count = rounds.count[carer] as number;
    const length = Math.floor(random.next() * Math.min(count, longest) + 1);
    removed += removeString(rounds, random, c, length, out, removed);
    return ruined.length >= strings;
  };
  if (visit(seed)) return removed;
  for (let i = 0; i < near.nearWidth; i++) {
    const c = near.near[seed * near.nearWidth + i] as number;
    if (c < 0 || visit(c)) break;
  }
  return removed;
}

function removeString(
  rounds: Rounds,
  random: Random,
  c: number,
  length: number,
  out: Int32Array,
  at: number,
): number {
  const carer = rounds.round[c] as number;
  const spare = (rounds.count[carer] as number) - length;
  let kept = 0;
  if (length > 1 && spare > 0 && random.next() < SPLIT_RATE) {
    kept = 1;
    while (kept < spare && random.next() < SPLIT_ON) kept++;
  }
  // The string with what it keeps begins so many visits before c.
  const whole = length + kept;
  let first = c;
  let back = random.below(whole);
  let ahead = 1;
  const { firstBreak, firstStart } = rounds.model;
  const isEnd = (i: number) => i >= firstStart;
  const isVisit = (i: number) => i < firstBreak;
  while (back > 0) {
    const p = rounds.prev[first] as number;
    if (isEnd(p)) break;
    first = p;
    if (isVisit(p)) {
      back--;
      ahead++;
    }
  }
  let last = c;
  while (ahead < whole) {
    const k = rounds.next[last] as number;
    if (isEnd(k)) break;
    last = k;
    if (isVisit(k)) ahead++;
  }
  while (ahead < whole) {
    const p = rounds.prev[first] as number;
    if (isEnd(p)) break;
    first = p;
    if (isVisit(p)) ahead++;
  }
  if (kept === 0) return rounds.remove(first, last, out, at);
  // Left standing: `kept` visits somewhere inside.
  const before = random.below(length + 1);
  let i = first;
  let taken = 0;
  let passed = 0;
  let from = -1;
  let to = -1;
  const flush = () => {
    if (from >= 0) taken += rounds.remove(from, to, out, at + taken);
    from = -1;
  };
  for (let stop = rounds.next[last] as number; i !== stop; ) {
    const k = rounds.next[i] as number;
    if (isVisit(i)) {
      const stays = passed >= before && passed < before + kept;
      passed++;
      if (stays) flush();
      else {
        if (from < 0) from = i;
        to = i;
      }
    }
    i = k;
  }
  flush();
  return taken;
}
