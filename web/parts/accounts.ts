/** What a person has on their time accounts; minutes throughout. */
import { call } from './api.ts';
import type { Account } from './records.ts';

export interface Hours {
  /** What can hold time: their own, granted, of a team. A debt is not among them. */
  accounts: Account[];
  balance: number;
  held: number;
  available: number;
  /** What they may give or donate: their own time without what is granted. */
  own: number;
  /** What is still owed after a correction (T9). */
  owed: number;
  /** Nothing may leave one of the accounts for the moment. */
  frozen: boolean;
}

/** Sums a person's accounts; a debt stands apart and is never taken off what is available. */
export function hoursOf(items: readonly Account[]): Hours {
  const accounts = items.filter(({ kind, currency }) => kind !== 'receivable' && currency === 'min');
  const sum = (of: readonly Account[], pick: (account: Account) => number) =>
    of.reduce((total, account) => total + pick(account), 0);
  const debts = items.filter(({ kind, currency }) => kind === 'receivable' && currency === 'min');
  return {
    accounts,
    balance: sum(accounts, (account) => account.balance),
    held: sum(accounts, (account) => account.held),
    available: sum(accounts, (account) => account.available),
    own: sum(
      accounts.filter(({ kind }) => kind === 'personal'),
      (account) => account.available,
    ),
    owed: -sum(debts, (account) => account.balance),
    frozen: accounts.some((account) => account.frozen),
  };
}

/** The person's own hours; `elderId` when family looks on the elder's behalf. */
export async function readHours(elderId?: string): Promise<Hours> {
  const { items } = await call('GET', '/accounts/me', { query: { currency: 'min', elderId } });
  return hoursOf(items);
}
