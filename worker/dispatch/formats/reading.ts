/** What reading a file gives: the problem, and how a plan for it is written in the same format. */
import type { Problem, RoundsPlan } from '../problem.ts';
import type { RoadProfile } from '../travel/byRoad.ts';

/** What the writer may tell besides the plan. */
export interface Spent {
  loadingMs: number;
  solvingMs: number;
}

/** Whether the way from place to place by a mode is an estimate, not a time by road. */
export type IsEstimate = (mode: number, from: number, to: number) => boolean;

export interface Reading {
  format: 'VROOM' | 'city day' | 'VRPLIB' | 'HHCRSP';
  problem: Problem;
  /** How many of the problem's units of time are one of the file's. */
  scale: number;
  /** By mode, what a road server calls it and how much faster than there it goes; empty when times are given. */
  profiles: readonly RoadProfile[];
  /** The plan as the text of a file. */
  write(plan: RoundsPlan, spent: Spent, isEstimate: IsEstimate): string;
}
