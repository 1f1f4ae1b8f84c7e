/**
 * Granted minutes lapse month by month (T8): each grant is a lot with its own end, and the oldest is spent first. What
 * came later than a lot is still whole while that lot lasts, so what is left of each follows from the balance alone.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { idFloor } from '../connect/ids.ts';
import { currentPolicy } from '../services/policies.ts';
import { balanceAt } from './history.ts';

export interface GrantLot {
  transferId: string;
  grantedAt: Date;
  lapsesAt: Date;
  amount: number;
  /** What is not spent of it. */
  left: number;
}

/** No grant lasts longer than this; older ones are not looked for. */
const LOT_MONTHS = 12;
const MONTH_DAYS = 31;
const DAY = 86_400_000;
const MOST_LOTS = 100;

/** The key from which on all grants lie that may not have lapsed at an instant. */
export const lotsFrom = (at: Date): string => idFloor(new Date(at.getTime() - LOT_MONTHS * MONTH_DAYS * DAY));

/** A grant to an account: a transfer `t` from the fund that was not taken back. */
export const isLot: SQL = sql`t.cause in ('grant', 'import')
  and not exists (select from reversals r where r.transfer_id = t.id and r.state = 'done')`;

/** When the grant `t` lapses; grants from before there were lots lapse so many months after the month they came in. */
export const lapseOfLot = (months: number): SQL => sql`coalesce(t.lapses_at,
  (date_trunc('month', t.at at time zone 'Asia/Shanghai') + make_interval(months => ${months})) at time zone 'Asia/Shanghai')`;

/** What is left of lots, given oldest first, when they and nothing else make up a balance: the newest are whole. */
export function leftOfLots(amounts: readonly number[], balance: number): number[] {
  let rest = Math.max(0, balance);
  return amounts
    .toReversed()
    .map((amount) => {
      const left = Math.min(amount, rest);
      rest -= left;
      return left;
    })
    .reverse();
}

/** The lots that make up a grant account's balance at an instant, oldest first. */
export async function lotsOf(db: Database | Tx, accountId: string, at: Date): Promise<GrantLot[]> {
  const { body } = await currentPolicy(db, 'bank', at);
  const rows = await db.execute<{ id: string; at: string; lapses_at: string; amount: string }>(sql`
    select t.id, t.at, ${lapseOfLot(body.grantLapseMonths)} as lapses_at, t.amount::text as amount
    from transfers t
    where t.credit_account_id = ${accountId}::uuid and t.id >= ${lotsFrom(at)}::uuid
      and t.id < ${idFloor(new Date(at.getTime() + 1))}::uuid and ${isLot}
    order by t.id desc limit ${MOST_LOTS}`);
  const lots = rows.reverse();
  const left = leftOfLots(
    lots.map((lot) => Number(lot.amount)),
    (await balanceAt(db, accountId, at)) ?? 0,
  );
  return lots.flatMap((lot, i) => {
    const some = left[i] ?? 0;
    return some === 0
      ? []
      : [
          {
            transferId: lot.id,
            grantedAt: new Date(lot.at),
            lapsesAt: new Date(lot.lapses_at),
            amount: Number(lot.amount),
            left: some,
          },
        ];
  });
}
