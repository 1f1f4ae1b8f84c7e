/** Which rows of a long list stand in its window: rows and headings have fixed heights, so only those in sight are drawn. */
import type { Group, Row } from './rules.ts';

export const rowPx = 62;
export const headPx = 30;
/** Rows drawn above and below what is in sight. */
const spare = 6;

export type Line =
  | { kind: 'head'; key: string; count: number; topPx: number }
  | { kind: 'row'; row: Row; index: number; topPx: number };

export interface Lines {
  all: Line[];
  rows: Extract<Line, { kind: 'row' }>[];
  heightPx: number;
}

/** Lays groups out one under the other; a group without a name has no heading. */
export function layOut(groups: readonly Group[]): Lines {
  const all: Line[] = [];
  const rows: Lines['rows'] = [];
  let topPx = 0;
  for (const group of groups) {
    if (group.key !== '') {
      all.push({ kind: 'head', key: group.key, count: group.rows.length, topPx });
      topPx += headPx;
    }
    for (const row of group.rows) {
      const line = { kind: 'row' as const, row, index: rows.length, topPx };
      all.push(line);
      rows.push(line);
      topPx += rowPx;
    }
  }
  return { all, rows, heightPx: topPx };
}

/** The lines between two heights, with some to spare. */
export function inSight({ all }: Lines, fromPx: number, untilPx: number): Line[] {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle]!.topPx + rowPx < fromPx) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < all.length && all[end]!.topPx < untilPx) end += 1;
  return all.slice(Math.max(0, low - spare), end + spare);
}
