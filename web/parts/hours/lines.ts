/** Movements of several accounts as one list, newest first, read on page by page. */
import { call } from '../api.ts';
import type { AnswerOf } from '../endpoints.ts';
import type { Account } from '../records.ts';
import { addDays, cityDay } from '../time.ts';

export type Statement = AnswerOf<'GET', '/accounts/:id/statement'>;
export type StatementLine = Statement['items'][number];
export type Move = StatementLine & { account: Pick<Account, 'id' | 'kind'> };

export interface Listing {
  account: Pick<Account, 'id' | 'kind'>;
  items: readonly StatementLine[];
  nextCursor: string | null;
}

const pageLength = 20;
const daysBack = 366;

/** The next page of an account's movements of the last year. */
export async function readMoves(account: Account, cursor: string | null): Promise<Listing> {
  const to = cityDay(Date.now());
  const { items, nextCursor } = await call('GET', '/accounts/:id/statement', {
    param: { id: account.id },
    query: { from: addDays(to, -daysBack), to, order: 'newest', limit: pageLength, cursor },
  });
  return { account, items, nextCursor };
}

/**
 * The movements of all accounts as far as they are known without a gap: where an account has more to read, nothing
 * older than its last line is shown yet, lest something between be missing. Keys of transfers are in order of time.
 */
export function together(listings: readonly Listing[]): Move[] {
  const horizon = ends(listings).sort().at(-1) ?? '';
  return listings
    .flatMap(({ account, items }) => items.map((line) => ({ ...line, account })))
    .filter(({ id }) => id >= horizon)
    .sort((a, b) => b.id.localeCompare(a.id));
}

/** The listings that hold the list back: those whose last line is the newest. */
export function holdingBack(listings: readonly Listing[]): Listing[] {
  const newest = ends(listings).sort().at(-1);
  return listings.filter(({ nextCursor, items }) => nextCursor !== null && items.at(-1)?.id === newest);
}

/** The last line read of each listing that goes on. */
function ends(listings: readonly Listing[]): string[] {
  return listings.flatMap(({ nextCursor, items }) => (nextCursor === null ? [] : (items.at(-1)?.id ?? [])));
}
