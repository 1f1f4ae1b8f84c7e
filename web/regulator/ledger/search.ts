/** What transfers are searched by: as it stands in the address, as it is typed, and as it is asked. */
import type { LocationQuery } from 'vue-router';
import { addDays } from '../../parts/time.ts';
import { causes, currencies } from './words.ts';

/** By the names of the API, so that an address says what is asked. */
export const searchNames = [
  'from',
  'to',
  'cause',
  'currency',
  'minAmount',
  'maxAmount',
  'orderNumber',
  'accountId',
  'ownerId',
  'causeId',
  'author',
] as const;
export type SearchName = (typeof searchNames)[number];
export type Search = Partial<Record<SearchName, string>>;

/** Named in the short form; the others stand below a fold. */
export const exactNames = ['accountId', 'ownerId', 'causeId', 'author'] as const satisfies SearchName[];

const known: Partial<Record<SearchName, readonly string[]>> = { cause: causes, currency: currencies };

/** What an address asks for; whatever is not known is left out, and the API names what is wrong with the rest. */
export function searchIn(query: LocationQuery): Search {
  const search: Search = {};
  for (const name of searchNames) {
    const text = query[name];
    if (typeof text !== 'string' || text === '') continue;
    if (known[name]?.includes(text) ?? true) search[name] = text;
  }
  return search;
}

const USUAL_DAYS = 31;
const MOST_DAYS = 366;

/** The days looked at: as given, else the last month, or the last year where one order or account is meant. */
export function periodOf(search: Search, today: string): { from: string; to: string } {
  const to = search.to ?? today;
  const isNarrow = search.orderNumber || search.causeId || search.accountId || search.ownerId;
  return { from: search.from ?? addDays(to, 1 - (isNarrow ? MOST_DAYS : USUAL_DAYS)), to };
}

const perUnit = { min: 60, fen: 100 } as const;

/** Minutes as hours or fen as yuan, for the form. */
export const typed = (amount: string | undefined, currency: 'min' | 'fen'): string =>
  amount ? String(Number(amount) / perUnit[currency]) : '';

/** Hours as minutes or yuan as fen; undefined where nothing is typed. */
export const asked = (typedAmount: string | number, currency: 'min' | 'fen'): string | undefined =>
  String(typedAmount) === '' ? undefined : String(Math.round(Number(typedAmount) * perUnit[currency]));
