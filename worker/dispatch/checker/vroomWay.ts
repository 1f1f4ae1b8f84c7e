/** How long, how far and how dear the ways of a vehicle of VROOM are. */
import { Unreadable } from './reading.ts';
import type { Place, VroomMatrices, VroomVehicle } from './vroomProblem.ts';

/** How a profile goes when the problem has no matrix for it: straight line × detour at a steady speed, and a fixed part. */
export interface Mode {
  speedKmh: number;
  /** Road over straight line. */
  detour: number;
  /** Added to every way between different places. */
  fixedSeconds: number;
}

/** An electric bicycle in a city: what every profile goes by that is neither in the matrices nor named. */
export const electricBicycle: Mode = { speedKmh: 15, detour: 1.35, fixedSeconds: 60 };

export interface WayOptions {
  modes?: Record<string, Mode>;
  /** How far a plan's time of a way may be from ours, where both are rounded: 1 s unless given. */
  toleranceSeconds?: number;
}

export interface Leg {
  seconds: number;
  /** How far a plan may be from that; 0 when it is a whole number from a matrix. */
  slackSeconds: number;
  /** 0 where the problem has no distances. */
  metres: number;
  /** As given; 0 where the cost comes of time and distance. */
  cost: number;
}

export interface Way {
  /** Whether the problem has these matrices for the vehicle. */
  hasDistances: boolean;
  hasCosts: boolean;
  leg(from: Place, to: Place): Leg;
  isSame(one: Place, other: Place): boolean;
}

const EARTH_DIAMETER_KM = 12742;
const RADIANS = Math.PI / 180;

/** The ways of a vehicle; throws `Unreadable` when a rule or cost of it needs a matrix that is not there. */
export function wayOf(vehicle: VroomVehicle, matrices: VroomMatrices, options: WayOptions): Way {
  const { profile, speed_factor, costs, max_distance, field } = vehicle;
  const tables = matrices[profile];
  const tolerance = options.toleranceSeconds ?? 1;
  const mode = options.modes?.[profile] ?? electricBicycle;
  /** VROOM keeps to hundredths, here as there. */
  const hundredths = Math.round(100 / speed_factor);

  if (!tables?.distances && (max_distance !== undefined || costs.per_km > 0)) {
    const rule = max_distance !== undefined ? 'max_distance' : 'costs.per_km';
    throw new Unreadable('problem', `${field}.${rule}`, `needs matrices.${profile}.distances`);
  }
  if (tables?.costs && (costs.per_hour !== undefined || costs.per_km > 0))
    throw new Unreadable('problem', `${field}.costs`, `is at odds with matrices.${profile}.costs`);

  function entry(table: 'durations' | 'distances' | 'costs', from: Place, to: Place): number {
    if (!tables?.[table]) return 0;
    const value = tables[table][from.index as number]?.[to.index as number];
    if (typeof value !== 'number' || !(value >= 0))
      throw new Unreadable(
        'problem',
        `matrices.${profile}.${table}[${from.index}][${to.index}]`,
        'must be a number, not below zero',
      );
    return value;
  }
  const isSame = (one: Place, other: Place): boolean =>
    tables
      ? one.index === other.index
      : one.location?.[0] === other.location?.[0] && one.location?.[1] === other.location?.[1];

  function reckoned(from: Place, to: Place): number {
    return isSame(from, to) ? 0 : reckon(mode, from.location ?? [], to.location ?? []);
  }

  return {
    hasDistances: tables?.distances !== undefined,
    hasCosts: tables?.costs !== undefined,
    isSame,
    leg(from, to) {
      const plain = tables ? entry('durations', from, to) : reckoned(from, to);
      const seconds = (plain * hundredths) / 100;
      return {
        seconds,
        slackSeconds: tables && Number.isInteger(seconds) ? 0 : tolerance,
        metres: entry('distances', from, to),
        cost: entry('costs', from, to),
      };
    },
  };
}

/** Whole seconds from place to place over the great circle. */
function reckon(
  { speedKmh, detour, fixedSeconds }: Mode,
  from: readonly number[],
  to: readonly number[],
): number {
  const [fromLon = 0, fromLat = 0] = from.map((degrees) => degrees * RADIANS);
  const [toLon = 0, toLat = 0] = to.map((degrees) => degrees * RADIANS);
  const part =
    Math.sin((toLat - fromLat) / 2) ** 2 +
    Math.cos(fromLat) * Math.cos(toLat) * Math.sin((toLon - fromLon) / 2) ** 2;
  const km = EARTH_DIAMETER_KM * Math.asin(Math.sqrt(Math.min(1, part))) * detour;
  return Math.round((km / speedKmh) * 3600) + fixedSeconds;
}
