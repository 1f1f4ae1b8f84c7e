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
  const from = seed * near.nearWidth;
  for (let i = -1; i < near.nearWidth && ruined.length < strings; i++) {
    const c = i < 0 ? seed : (near.near[from + i] as number);
    if (c < 0) break;
    const carer = rounds.round[c] as number;
    if (carer < 0 || ruined.includes(carer)) continue;
    ruined.push(carer);
    const longestHere = Math.min(rounds.count[carer] as number, longest);
    removed += removeString(rounds, random, c, 1 + Math.floor(random.next() * longestHere), out, removed);
  }
  return removed;
}

/** Takes a string of so many visits with `c` among them out of its round. */
function removeString(
  rounds: Rounds,
  random: Random,
  c: number,
  length: number,
  out: Int32Array,
  at: number,
): number {
  const spare = (rounds.count[rounds.round[c] as number] as number) - length;
  let kept = 0;
  if (length > 1 && spare > 0 && random.next() < SPLIT_RATE) {
    kept = 1;
    while (kept < spare && random.next() < SPLIT_ON) kept++;
  }
  const whole = length + kept;
  // The string with what it keeps begins up to so many visits before c.
  const back = random.below(whole);
  const first = step(rounds, c, back, rounds.prev);
  let last = step(rounds, first, whole - 1, rounds.next);
  let begin = first;
  // Near the end of a round it begins earlier.
  const missing = whole - countOf(rounds, first, last);
  if (missing > 0) begin = step(rounds, first, missing, rounds.prev);
  if (kept === 0) return rounds.remove(begin, last, out, at);
  const before = random.below(length + 1);
  let taken = 0;
  if (before > 0) {
    const stop = step(rounds, begin, before - 1, rounds.next);
    const on = step(rounds, stop, 1, rounds.next);
    taken += rounds.remove(begin, stop, out, at);
    begin = on;
  }
  if (before < length) {
    begin = step(rounds, begin, kept, rounds.next);
    last = step(rounds, begin, length - before - 1, rounds.next);
    taken += rounds.remove(begin, last, out, at + taken);
  }
  return taken;
}

/** The visit so many visits on from one, or the last before the round ends. */
function step(rounds: Rounds, from: number, count: number, towards: Int32Array): number {
  const { firstBreak, firstStart } = rounds.model;
  let visit = from;
  let left = count;
  for (let i = from; left > 0; ) {
    i = towards[i] as number;
    if (i >= firstStart) break;
    if (i >= firstBreak) continue;
    visit = i;
    left--;
  }
  return visit;
}

/** How many visits there are from one to another. */
function countOf(rounds: Rounds, from: number, to: number): number {
  let count = 1;
  for (let i = from; i !== to; i = rounds.next[i] as number) if (i < rounds.model.firstBreak) count++;
  return count;
}
