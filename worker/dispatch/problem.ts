/**
 * A problem of dispatch and a plan for it, as the engine takes and gives them: visits to make, carers who can make them,
 * and how long it takes between places. It knows no database and no format of a file. All times are units of one
 * scale that the problem's maker chooses (seconds for a city's day) from one zero, all costs units of travel time.
 */
import type { TravelMode } from '../../db/dispatch/travel.ts';

/** A span in which a visit or a break may begin: both ends are allowed. */
export interface Window {
  from: number;
  until: number;
}

/** Travel between places by index, for one mode; the same for all that share it. */
export interface Travel {
  /** How many places there are. */
  places: number;
  /** Times row by row, from × to, one for each mode; null when they are reckoned from coordinates. */
  matrices: (Int32Array | Float64Array)[] | null;
  /** Where places are, in degrees of WGS-84, when there is no matrix; and how each mode goes. */
  coordinates: { lat: Float64Array; lon: Float64Array; modes: TravelMode[] } | null;
}

export interface Visit {
  id: string;
  place: number;
  /** How long the service takes. */
  duration: number;
  /** When it may begin, in order and apart; empty means at any time. */
  windows: readonly Window[];
  /** What it costs a unit of time to begin after the last window; absent when that is not allowed. */
  lateCost?: number;
  /** What every carer who comes must have (D1), by number, at most 62 different in a problem. */
  skills: readonly number[];
  /** What is lost if it is not made; the plan loses as little as it can before it looks at anything else (D2). */
  priority: number;
  /** What it takes of a carer's capacity, a number for each dimension. */
  load?: readonly number[];
  /** Carers by index who must not come: blocked pairs (D1). */
  notBy?: readonly number[];
  /** The only carers by index who may come. */
  onlyBy?: readonly number[];
  /** What a carer by index costs more (or, negative, less) than another: a known face, a wish (D3). */
  costBy?: readonly (readonly [carer: number, cost: number])[];
  /** It is the carer's already and stays so; `at` is when it begins, if that stays too. */
  pinned?: { carer: number; at?: number };
}

/** Two visits to one elder by two different carers: the second begins `least` to `most` after the first. */
export interface Together {
  first: number;
  second: number;
  least: number;
  most: number;
}

export interface Break {
  id: string;
  duration: number;
  windows: readonly Window[];
}

export interface Carer {
  id: string;
  /** Where the round begins and ends; null when that is wherever the first or last visit is. */
  start: number | null;
  end: number | null;
  /** When the round may begin, and by when it is over. */
  shift: Window;
  skills: readonly number[];
  /** Which of the modes of travel. */
  mode: number;
  capacity?: readonly number[];
  mostVisits?: number;
  /** The longest way of one round, in units of time. */
  mostTravel?: number;
  breaks?: readonly Break[];
  /** What it costs to send this carer out at all. */
  fixedCost?: number;
  /** Work done before, in units of time, that counts for balance: a volunteer's hours of the last weeks. */
  worked?: number;
}

/**
 * What unevenness costs: work w of a carer (the durations of their visits and what they have `worked` before) costs
 * `cost` × (w / `unit`)², so that the same work costs least where it is shared evenly. With a unit of an hour and a
 * cost of 60, one carer's eight hours cost 3,840 and two carers' four hours 960 each.
 */
export interface Balance {
  cost: number;
  /** In units of time, above 0. */
  unit: number;
}

export interface Problem {
  travel: Travel;
  visits: readonly Visit[];
  carers: readonly Carer[];
  together?: readonly Together[];
  /** What each unit of the greatest lateness of all visits costs besides. */
  greatestLateCost?: number;
  balance?: Balance;
}

/** The visits by index of a carer's round, in order. */
export interface RoundStart {
  carer: number;
  visits: readonly number[];
}

/** How long the engine may search, on how many threads, and from which seed. */
export interface SearchOptions {
  /** From when the problem is handed over. */
  seconds?: number;
  /** Rounds of improvement; with these instead of seconds the same problem and seed always give the same plan. */
  iterations?: number;
  /** With 0 the search runs in the thread that asks for it. */
  threads: number;
  seed: number;
  /**
   * A plan to begin with, such as one made before something changed: what of it no longer fits is served by nobody at
   * first. The search begins cooler, and gives it up only for a better one.
   */
  start?: readonly RoundStart[];
  /** Told of the first plan, and then about once a second. */
  onProgress?: (progress: { seconds: number; iterations: number; cost: Cost; unserved: number }) => void;
  /** Ends the search with the best plan so far. */
  signal?: AbortSignal;
}

/** A stop of a round: a visit by index, or a break by its place among the carer's. */
export interface Stop {
  kind: 'visit' | 'break';
  index: number;
  /** When one comes there, when it begins after any wait, and when one goes on. */
  arriveAt: number;
  beginAt: number;
  endAt: number;
}

export interface Round {
  carer: number;
  startAt: number;
  endAt: number;
  travel: number;
  stops: Stop[];
}

/** What a plan costs in its levels: less of an earlier one outweighs anything of a later one. */
export interface Cost {
  /** D2: the priorities of the visits that are not made. */
  unservedPriority: number;
  /** D3: travel, wishes, lateness and unevenness together. */
  total: number;
  travel: number;
  wishes: number;
  late: number;
  /** What the carers' work costs by the problem's balance, beyond what they had worked before. */
  uneven: number;
}

export interface RoundsPlan {
  /** Of carers who go out. */
  rounds: Round[];
  /** Visits by index that nobody makes. */
  unserved: number[];
  cost: Cost;
}
