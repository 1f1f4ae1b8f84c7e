/**
 * This city's side of a clearing (M2, M3): a member's hours, or the money of a provider. What is to leave is there until
 * the partner has answered: hours are held, and of a provider's money no two proposals ask for the same fen.
 */
import { and, eq, sql } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { areasOfPersons } from '../people/areasOfPersons.ts';
import { currentPolicy } from '../services/policies.ts';
import { balancesOf } from './balances.ts';
import { clearings } from './clearing.schema.ts';
import { districtOf, poolName } from './pools.ts';
import { type AccountName, accountKey, hold, openAccounts } from './post.ts';
import type { Currency } from './rules.ts';

const DAY = 86_400_000;

/** Whose account it is, and how much of it. */
export type Side = { personId: string; minutes: number } | { providerId: string; fen: number };

export interface SideTold {
  account: AccountName;
  /** Minutes or fen. */
  amount: number;
  currency: Currency;
  /** Whom it concerns, where that is a person. */
  personId: string | null;
}

/** The account and the amount that a side means. */
export function told(side: Side): SideTold {
  return 'personId' in side
    ? {
        account: { ownerId: side.personId, kind: 'personal', currency: 'min' },
        amount: side.minutes,
        currency: 'min',
        personId: side.personId,
      }
    : {
        account: { ownerId: side.providerId, kind: 'provider', currency: 'fen' },
        amount: side.fen,
        currency: 'fen',
        personId: null,
      };
}

/** Sets aside what is to leave for a partner; refuses what is not there with how much is. */
export async function setAside(tx: Tx, act: Act, clearingId: string, side: Side): Promise<void> {
  const { account, amount } = told(side);
  const own = (await balancesOf(tx, account.ownerId)).find(
    (one) => one.kind === account.kind && one.currency === account.currency,
  );
  if (own?.frozen) refuse('account_frozen', 'personId' in side ? 'personId' : 'providerId');
  if (account.kind === 'provider') {
    const left = (own?.available ?? 0) - (own ? await waitingOf(tx, own.id) : 0);
    if (amount > left) refuse('not_enough_money', 'fen', { left: Math.max(0, left), currency: 'fen' });
    return;
  }
  const bank = await currentPolicy(tx, 'bank', act.at);
  const expiresAt = new Date(act.at.getTime() + bank.body.clearingDays * DAY);
  const kinds = ['personal'] as const;
  await hold(tx, act, [
    { orderId: clearingId, ownerId: account.ownerId, currency: 'min', amount, kinds, expiresAt },
  ]);
}

/** What other proposals want to take from an account. */
async function waitingOf(tx: Tx, accountId: string): Promise<number> {
  const [row] = await tx
    .select({ sum: sql<string>`coalesce(sum(${clearings.amount}), 0)::text` })
    .from(clearings)
    .where(
      and(eq(clearings.accountId, accountId), eq(clearings.state, 'proposed'), eq(clearings.kind, 'out')),
    );
  return Number(row?.sum);
}

/** Where hours that pass a member's cap go on to (T4); nothing for money. */
export async function capOf(
  tx: Tx,
  act: Act,
  personId: string | null,
  capMinutes: number,
): Promise<{ cap: number; pool: string } | Record<string, never>> {
  if (!personId) return {};
  const areaCode = (await areasOfPersons(tx, [personId])).get(personId) ?? refuse('not_found', 'id');
  const pool = poolName(districtOf(areaCode));
  return {
    cap: capMinutes,
    pool: (await openAccounts(tx, act, [pool])).get(accountKey(pool)) as string,
  };
}
