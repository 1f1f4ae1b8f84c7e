/** Reading one's time account and its movements; minutes throughout. */
import { call } from './api.ts';
import type { Account, Entry, Page } from './records.ts';

export interface Hours {
  accounts: Account[];
  balance: number;
  held: number;
  available: number;
}

/** The person's accounts in minutes with their sum; `elderId` when family looks on the elder's behalf. */
export async function readHours(elderId?: string): Promise<Hours> {
  const { items } = await call('GET', '/accounts/me', { query: { currency: 'min', elderId } });
  const sum = (pick: (account: Account) => number) =>
    items.reduce((total, account) => total + pick(account), 0);
  return {
    accounts: items,
    balance: sum((account) => account.balance),
    held: sum((account) => account.held),
    available: sum((account) => account.available),
  };
}

export function readEntries(accountId: string, cursor: string | null = null): Promise<Page<Entry>> {
  return call('GET', '/accounts/:id/entries', { param: { id: accountId }, query: { cursor, limit: 20 } });
}
