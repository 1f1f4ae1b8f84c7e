/** Family care bed contracts (家庭照护床位, S12) as pure functions: what was promised against what was done. */

export const contractStates = ['draft', 'active', 'ended'] as const;
export type ContractState = (typeof contractStates)[number];

export const equipmentStates = ['installed', 'faulty', 'returned', 'lost'] as const;
export type EquipmentState = (typeof equipmentStates)[number];

export const signers = ['elder', 'provider'] as const;
export type Signer = (typeof signers)[number];

export const endReasons = [
  'expired',
  'elder_wish',
  'provider_wish',
  'moved',
  'institution',
  'death',
  'breach',
] as const;
export type EndReason = (typeof endReasons)[number];

/** The first day of a month `YYYY-MM` and of the one after it. */
export function monthBounds(month: string): { from: string; until: string } {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return { from: `${month}-01`, until: new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 10) };
}

const DAY = 86_400_000;
const days = (from: string, until: string): number =>
  Math.max(0, (Date.parse(`${until}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);

/**
 * What of a monthly count is owed in a month of which the contract covers only a part (`until` is the first day it no
 * longer holds; null: open): in proportion to its days, rounded down, so that no provider falls short for a rounding.
 */
export function promisedIn(month: string, count: number, from: string, until: string | null): number {
  const { from: first, until: end } = monthBounds(month);
  const begins = from > first ? from : first;
  const ends = until !== null && until < end ? until : end;
  return Math.floor((count * days(begins, ends)) / days(first, end));
}

/** The month `YYYY-MM` before that of a day. */
export const monthBefore = (day: string): string =>
  new Date(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 2, 1)).toISOString().slice(0, 7);
