/**
 * The times of a file that may count from any zero: a day's seconds, or Unix time, which the engine's numbers do not hold.
 * Windows are taken as they stand; once all are there, those too late for it are counted from a zero a little before.
 */
import type { Window } from '../problem.ts';
import { FOREVER, whole, windowOf } from './fields.ts';
import { FormatError, missing } from './formatError.ts';

/** Room for what may begin before the first window: eleven days, in seconds. */
const BEFORE = 1_000_000;
const MOST = Number.MAX_SAFE_INTEGER;
const time = (value: unknown, path: string) => whole(value, path, { most: MOST });

export class Clock {
  readonly #windows: Window[] = [];

  window(value: unknown, path: string): Window {
    const window = windowOf(value, path, time);
    this.#windows.push(window);
    return window;
  }

  /** In order and apart, as the engine takes them. */
  windows(list: readonly { value: unknown; path: string }[], path: string): Window[] {
    if (list.length === 0) throw missing(`${path}[0]`);
    const found = list
      .map((one) => ({ path: one.path, window: this.window(one.value, one.path) }))
      .sort((a, b) => a.window.from - b.window.from);
    for (const [i, { path: at, window }] of found.entries()) {
      const before = found[i - 1]?.window;
      if (before && window.from <= before.until)
        throw new FormatError(
          at,
          '与另一个时间窗重叠，应互不相交',
          'overlaps another window; they must be apart',
        );
    }
    return found.map(({ window }) => window);
  }

  /** Counts all windows from the zero it returns, in the file's time. */
  settle(): number {
    const latest = this.#windows.reduce((most, { until }) => Math.max(most, until), 0);
    if (latest < FOREVER) return 0;
    const earliest = this.#windows.reduce((least, { from }) => Math.min(least, from), latest);
    const zero = Math.max(0, earliest - BEFORE);
    if (latest - zero >= FOREVER)
      throw new FormatError(
        '',
        `时间跨度应小于 ${FOREVER}；不限时请省略时间窗`,
        `must not span ${FOREVER} or more; leave a window out where there is no limit`,
      );
    for (const window of this.#windows) {
      window.from -= zero;
      window.until -= zero;
    }
    return zero;
  }
}
