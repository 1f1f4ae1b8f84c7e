/** Debts that a correction left (T9) are paid back as soon as who owes has hours again. */
import { sql } from 'drizzle-orm';
import { takeTurn } from '../audit/occasions.ts';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { heldStill, type Posting, post } from './post.ts';
import type { Currency } from './rules.ts';

interface Owed extends Record<string, unknown> {
  debt_id: string;
  account_id: string;
  currency: Currency;
}

/**
 * Posts what people and teams can pay of their debts, of at most `most`; returns how many postings. Another worker who is
 * at it leaves nothing to do.
 */
export async function recoverDebts(tx: Tx, act: Act, most: number): Promise<number> {
  if (!(await takeTurn(tx, 'recovery'))) return 0;
  const owed = await tx.execute<Owed>(sql`
    select r.id as debt_id, a.id as account_id, r.currency
    from accounts r join accounts a on a.owner_id = r.owner_id and a.currency = r.currency
    where r.kind = 'receivable' and r.balance < 0 and a.kind in ('personal', 'team') and a.balance > a.held
      and a.closed_at is null and a.frozen_at is null
    order by r.id limit ${most}`);
  const postings = await repayments(tx, act, owed);
  await post(tx, act, postings);
  return postings.length;
}

/** What each account can pay of the debt beside it; both stay as they are until the transaction ends. */
export async function repayments(
  tx: Tx,
  act: Act,
  owed: readonly Pick<Owed, 'debt_id' | 'account_id' | 'currency'>[],
): Promise<Posting[]> {
  const still = await heldStill(
    tx,
    owed.flatMap((row) => [row.debt_id, row.account_id]),
  );
  return owed.flatMap((row): Posting[] => {
    const debt = still.get(row.debt_id);
    const account = still.get(row.account_id);
    const amount = Math.min(-(debt?.balance ?? 0), (account?.balance ?? 0) - (account?.held ?? 0));
    if (amount <= 0) return [];
    return [
      {
        debit: row.account_id,
        credit: row.debt_id,
        amount,
        currency: row.currency,
        cause: 'recovery',
        key: `recovery:${row.debt_id}:${newId(act.at)}`,
      },
    ];
  });
}
