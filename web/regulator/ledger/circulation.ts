/** What circulated, summed as the page shows it: by month, by district, and altogether; and as a file. */
import { csvText } from '../../parts/csv.ts';
import type { AnswerOf } from '../../parts/endpoints.ts';
import type { Currency } from './words.ts';

export type Circulated = AnswerOf<'GET', '/ledger/circulation'>['items'][number];

/** What moved, in the order it is shown; minutes or fen. */
export const flows = [
  'issued',
  'redeemed',
  'given',
  'donated',
  'lapsed',
  'reversed',
  'settled',
  'closed',
] as const satisfies readonly (keyof Circulated)[];
export type Flow = (typeof flows)[number];

export type Sums = Record<Flow | 'transfers', number>;

export interface Line extends Sums {
  /** A month `YYYY-MM` or a district's code. */
  key: string;
  name: string | null;
}

const counted = [...flows, 'transfers'] as const;

export function sumOf(items: readonly Circulated[]): Sums {
  const sums = Object.fromEntries(counted.map((name) => [name, 0])) as Sums;
  for (const item of items) for (const name of counted) sums[name] += item[name];
  return sums;
}

function linesBy(
  items: readonly Circulated[],
  keyOf: (item: Circulated) => string,
): Map<string, Circulated[]> {
  const lines = new Map<string, Circulated[]>();
  for (const item of items) lines.set(keyOf(item), [...(lines.get(keyOf(item)) ?? []), item]);
  return lines;
}

/** Every month of the range, oldest first; one in which nothing moved is a line of zeros. */
export function byMonth(items: readonly Circulated[], months: readonly string[]): Line[] {
  const lines = linesBy(items, (item) => item.month);
  return months.map((key) => ({ key, name: null, ...sumOf(lines.get(key) ?? []) }));
}

/** Districts by their codes; the city's own first. */
export function byDistrict(items: readonly Circulated[]): Line[] {
  return [...linesBy(items, (item) => item.districtCode)]
    .map(([key, some]) => ({ key, name: some[0]?.districtName ?? null, ...sumOf(some) }))
    .sort((a, b) => a.key.localeCompare(b.key));
}

/** Flows of which there were any; what is issued and redeemed always. */
export const flowsIn = (sums: Sums): Flow[] =>
  flows.filter((flow) => flow === 'issued' || flow === 'redeemed' || sums[flow] !== 0);

/** Month by month and district by district: stable column names, minutes or fen as they are. */
export function circulationCsv(items: readonly Circulated[], currency: Currency): string {
  const unit = currency === 'min' ? 'minutes' : 'fen';
  const header = [
    'month',
    'district_code',
    'district',
    ...flows.map((flow) => `${flow}_${unit}`),
    'transfers',
  ];
  const rows = [...items]
    .sort((a, b) => a.month.localeCompare(b.month) || a.districtCode.localeCompare(b.districtCode))
    .map((item) => [
      item.month,
      item.districtCode,
      item.districtName,
      ...flows.map((flow) => item[flow]),
      item.transfers,
    ]);
  return csvText(header, rows);
}
