/**
 * Travel times by road from a server that speaks OSRM's table service, in blocks, with what was learnt kept for a while.
 * Whatever the server does not tell (no way, no answer in time, gone) is estimated and marked cell by cell, so that a
 * table is always whole and a plan can say which of its ways are estimates.
 */
import { estimateSeconds, type TravelMode } from '../../../db/dispatch/travel.ts';
import { type Position, toGcj02 } from './gcj02.ts';
import { Latest } from './latest.ts';
import { askTable } from './osrm.ts';

export interface RoadOptions {
  /** Where the server is, as `http://127.0.0.1:5000`. */
  base: string;
  /** What the server's map is drawn in. */
  datum?: 'WGS-84' | 'GCJ-02';
  /** How many places from and how many to are asked at once; OSRM allows 100 unless told otherwise. */
  block?: number;
  /** How many requests run at once. */
  atOnce?: number;
  timeoutMs?: number;
  /** How many pairs are remembered. */
  remembered?: number;
}

/** Places in degrees of WGS-84. */
export interface Places {
  lat: ArrayLike<number>;
  lon: ArrayLike<number>;
}

export interface RoadTable {
  /** Whole seconds, row by row, from × to, the mode's fixed part included. */
  seconds: Int32Array;
  /** 1 where that is an estimate, 0 where it is a time by road. */
  estimated: Uint8Array;
  /** What went wrong, each kind once, in the words of the server or the network. */
  failures: string[];
}

/** A server that fails this many blocks in a row is not asked for the rest of a table. */
const GIVE_UP_AFTER = 3;
/** Places nearer than about a metre are one. */
const DECIMALS = 5;

interface Block {
  /** Places by number: those from which and those to which a time is not known yet. */
  from: number[];
  to: number[];
}

export class Roads {
  readonly #options: Required<RoadOptions>;
  readonly #known: Latest<number>;

  constructor(options: RoadOptions) {
    const defaults = {
      datum: 'WGS-84',
      block: 100,
      atOnce: 4,
      timeoutMs: 10_000,
      remembered: 500_000,
    } as const;
    this.#options = { ...defaults, ...options };
    this.#known = new Latest(this.#options.remembered);
  }

  /** How many pairs are remembered now. */
  get remembered(): number {
    return this.#known.size;
  }

  /**
   * Times from all places to all; `profile` is the server's, `mode` the estimate for what it does not tell. Rejects only when
   * the signal is aborted.
   */
  async table(profile: string, mode: TravelMode, places: Places, signal?: AbortSignal): Promise<RoadTable> {
    const filling = new Filling(mode, places, this.#keysOf(places));
    if (this.#known.size > 0) filling.remember((from, to) => this.#known.get(`${profile} ${from} ${to}`));
    const blocks = filling.blocks(this.#options.block);
    const failures = new Set<string>();
    let failedInARow = 0;
    const work = async () => {
      for (let block = blocks.shift(); block; block = blocks.shift()) {
        if (failedInARow >= GIVE_UP_AFTER) return;
        signal?.throwIfAborted();
        const { keys } = filling;
        const answer = await askTable(
          { ...this.#options, profile },
          block.from.map((place) => keys[place] as string),
          block.to.map((place) => keys[place] as string),
          signal,
        );
        failedInARow = answer.durations ? 0 : failedInARow + 1;
        if (answer.failure) failures.add(answer.failure);
        if (answer.durations)
          filling.take(block, answer.durations, (from, to, seconds) =>
            this.#known.set(`${profile} ${from} ${to}`, seconds),
          );
      }
    };
    await Promise.all(Array.from({ length: this.#options.atOnce }, work));
    return { ...filling.table(), failures: [...failures] };
  }

  /** Places as the server is told them, `lon,lat` in its datum; equal keys are one place. */
  #keysOf({ lat, lon }: Places): string[] {
    return Array.from({ length: lat.length }, (_, p) => {
      const position: Position = { lat: lat[p] as number, lon: lon[p] as number };
      const told = this.#options.datum === 'GCJ-02' ? toGcj02(position) : position;
      return `${told.lon.toFixed(DECIMALS)},${told.lat.toFixed(DECIMALS)}`;
    });
  }
}

/** A table in the making. */
class Filling {
  readonly keys: readonly string[];
  readonly #mode: TravelMode;
  readonly #places: Places;
  readonly #size: number;
  /** By place, the first one with its key. */
  readonly #like: readonly number[];
  readonly #seconds: Int32Array;
  /** 1 until a time by road is there. */
  readonly #unknown: Uint8Array;

  constructor(mode: TravelMode, places: Places, keys: readonly string[]) {
    this.keys = keys;
    this.#mode = mode;
    this.#places = places;
    this.#size = keys.length;
    const first = new Map<string, number>();
    this.#like = keys.map((key, place) => {
      if (!first.has(key)) first.set(key, place);
      return first.get(key) as number;
    });
    this.#seconds = new Int32Array(new SharedArrayBuffer(this.#size ** 2 * Int32Array.BYTES_PER_ELEMENT));
    this.#unknown = new Uint8Array(this.#size ** 2).fill(1);
    for (let place = 0; place < this.#size; place++) this.#unknown[place * this.#size + place] = 0;
  }

  /** Fills in what is remembered already. */
  remember(known: (from: string, to: string) => number | undefined): void {
    for (const from of this.#asked())
      for (const to of this.#asked()) {
        const seconds = from === to ? undefined : known(this.keys[from] as string, this.keys[to] as string);
        if (seconds !== undefined) this.#put(from, to, seconds);
      }
  }

  /** What has to be asked still, in blocks. */
  blocks(most: number): Block[] {
    const groups = chunks(this.#asked(), most);
    const isUnknown = (from: number, to: number) => this.#unknown[from * this.#size + to] === 1;
    return groups
      .flatMap((rows) =>
        groups.map((columns) => ({
          from: rows.filter((from) => columns.some((to) => isUnknown(from, to))),
          to: columns.filter((to) => rows.some((from) => isUnknown(from, to))),
        })),
      )
      .filter(({ from }) => from.length > 0);
  }

  /** Takes what the server told; a cell it left open stays an estimate. */
  take(
    { from, to }: Block,
    durations: readonly (number | null)[][],
    learn: (from: string, to: string, seconds: number) => void,
  ): void {
    for (const [r, row] of durations.entries())
      for (const [c, duration] of row.entries()) {
        const [a, b] = [from[r] as number, to[c] as number];
        if (duration === null || a === b) continue;
        this.#put(a, b, Math.round(duration));
        learn(this.keys[a] as string, this.keys[b] as string, Math.round(duration));
      }
  }

  /** The whole table: places with one key have one place's times, and what is open still is estimated. */
  table(): { seconds: Int32Array; estimated: Uint8Array } {
    const { lat, lon } = this.#places;
    for (let from = 0; from < this.#size; from++)
      for (let to = 0; to < this.#size; to++) {
        const cell = from * this.#size + to;
        const model = (this.#like[from] as number) * this.#size + (this.#like[to] as number);
        if (this.#unknown[model] === 0) {
          this.#seconds[cell] = this.#seconds[model] as number;
          this.#unknown[cell] = 0;
        } else
          this.#seconds[cell] = estimateSeconds(
            this.#mode,
            lat[from] as number,
            lon[from] as number,
            lat[to] as number,
            lon[to] as number,
          );
      }
    return { seconds: this.#seconds, estimated: this.#unknown };
  }

  /** Of places with one key only the first is asked for. */
  #asked(): number[] {
    return this.#like.filter((first, place) => first === place);
  }

  /** The server knows the road only, not the way to the bicycle and up the stairs. */
  #put(from: number, to: number, bySeconds: number): void {
    const cell = from * this.#size + to;
    this.#seconds[cell] = bySeconds + this.#mode.fixedSeconds;
    this.#unknown[cell] = 0;
  }
}

function chunks(list: readonly number[], most: number): number[][] {
  return Array.from({ length: Math.ceil(list.length / most) }, (_, i) =>
    list.slice(i * most, (i + 1) * most),
  );
}
