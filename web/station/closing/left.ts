/** What a person's accounts come to when they close (T10); minutes. */
import type { Hours } from '../../parts/accounts.ts';

export interface Left {
  /** Of their own, held or not: bookings that have not begun are called off. */
  own: number;
  /** Pays a debt before anything else. */
  repaid: number;
  /** What can be left to relatives, go to the pool or move on. */
  share: number;
  /** Goes back to the fund. */
  granted: number;
}

export function leftOf({ accounts, owed }: Hours): Left {
  const sum = (kind: string) =>
    accounts.reduce((total, account) => (account.kind === kind ? total + account.balance : total), 0);
  const own = sum('personal');
  const repaid = Math.min(own, owed);
  return { own, repaid, share: own - repaid, granted: sum('grant') };
}
