/** A problem of coordinates with times by road in their place, as far as a server tells them. */
import type { TravelMode } from '../../../db/dispatch/travel.ts';
import type { Problem } from '../problem.ts';
import type { Roads, RoadTable } from './roads.ts';

/** Above this a whole matrix is too much to ask a server for, and to hold. */
export const MOST_ROAD_PLACES = 2_000;

/** What a road server calls a mode, and how much faster than there it goes. */
export interface RoadProfile {
  name: string;
  speedFactor: number;
}

export interface RoadProblem {
  problem: Problem;
  isEstimate: (mode: number, from: number, to: number) => boolean;
  /** The share of ways that had to be estimated, 0 to 1. */
  estimatedShare: number;
  failures: string[];
}

/** Asks for every mode's matrix; the profiles are in the order of the modes. Rejects only when the signal is aborted. */
export async function byRoad(
  problem: Problem,
  profiles: readonly RoadProfile[],
  roads: Roads,
  signal?: AbortSignal,
): Promise<RoadProblem> {
  const { places, coordinates } = problem.travel;
  if (!coordinates) throw new Error('only coordinates can be given times by road');
  const tables: RoadTable[] = [];
  for (const [m, mode] of coordinates.modes.entries()) {
    const { name, speedFactor } = profiles[m] as RoadProfile;
    const table = await roads.table(name, mode, coordinates, signal);
    tables.push({ ...table, seconds: spedUp(table, mode, speedFactor) });
  }
  const ways = Math.max(1, tables.length * places * (places - 1));
  return {
    problem: {
      ...problem,
      travel: { places, matrices: tables.map(({ seconds }) => seconds), coordinates: null },
    },
    isEstimate: (mode, from, to) => tables[mode]?.estimated[from * places + to] === 1,
    estimatedShare:
      tables.reduce((all, { estimated }) => all + estimated.reduce((sum, one) => sum + one, 0), 0) / ways,
    failures: [...new Set(tables.flatMap(({ failures }) => failures))],
  };
}

/** Estimates know the factor already, and so do the fixed seconds. */
function spedUp({ seconds, estimated }: RoadTable, { fixedSeconds }: TravelMode, factor: number): Int32Array {
  if (factor === 1) return seconds;
  return seconds.map((one, cell) =>
    estimated[cell] === 1 || one === 0 ? one : Math.round((one - fixedSeconds) / factor) + fixedSeconds,
  );
}
