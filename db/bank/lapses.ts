/**
 * What is left of a grant at its end goes back to the fund (T8). On a grant account that is whatever is above the grants
 * that still last and is not set aside for a booking: the oldest minutes are spent first, and so are those held first. A
 * lapsed rest that a booking holds stays until the booking is paid or released.
 */

import { type SQL, sql } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { dayOf } from '../connect/days.ts';
import { currentPolicy } from '../services/policies.ts';
import { isLot, lapseOfLot, lotsFrom } from './grantLots.ts';
import { accountKey, cityCode, heldStill, openCityAccounts, post } from './post.ts';

export interface Lapse {
  /** The grant account. */
  id: string;
  /** Minutes that go back. */
  amount: number;
  key: string;
}

/** What a grant account `a` has in grants that still last at an instant, as `live.minutes`. */
const live = (at: Date, months: number) => sql`cross join lateral (
  select coalesce(sum(t.amount), 0) as minutes from transfers t
  where t.credit_account_id = a.id and t.id >= ${lotsFrom(at)}::uuid and ${isLot}
    and ${lapseOfLot(months)} > ${at.toISOString()}::timestamptz) as live`;

/** What has lapsed on grant accounts `a` and goes back, before the day's lapse was posted. */
const rests = (at: Date, months: number, where: SQL) => sql`
  select a.id, (a.balance - a.held - live.minutes)::text as amount, day.key
  from accounts a ${live(at, months)}
  -- Of this day: an account's rest lapses at most once a day.
  cross join lateral (select 'lapse:' || a.id || ${`:${dayOf(at)}`} as key) as day
  where a.kind = 'grant' and a.currency = 'min' and a.balance > a.held and a.closed_at is null
    and a.balance - a.held > live.minutes
    and (select true from transfer_keys k where k.key = day.key limit 1) is null
    and ${where}`;

/**
 * Grant accounts of which something has lapsed, by id after `after`, at most `limit`. They are locked and looked at once
 * more, so that nothing is spent while it lapses; one of which nothing is left to lapse comes with 0 minutes.
 */
export async function lapsesDue(tx: Tx, at: Date, limit: number, after: string | null): Promise<Lapse[]> {
  const { body } = await currentPolicy(tx, 'bank', at);
  const from = sql`a.id > ${after ?? '00000000-0000-0000-0000-000000000000'}::uuid order by a.id limit ${limit}`;
  const found = await tx.execute<{ id: string }>(rests(at, body.grantLapseMonths, from));
  if (found.length === 0) return [];
  const ids = found.map((row) => row.id);
  await heldStill(tx, ids);
  const these = sql`a.id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)::uuid)`;
  const rows = await tx.execute<{ id: string; amount: string; key: string }>(
    rests(at, body.grantLapseMonths, these),
  );
  const restOf = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => {
    const rest = restOf.get(id);
    return { id, amount: Number(rest?.amount ?? 0), key: rest?.key ?? '' };
  });
}

/** Gives lapsed minutes back to the fund; returns from how many accounts. */
export async function postLapses(tx: Tx, act: Act, due: readonly Lapse[]): Promise<number> {
  const lapses = due.filter((one) => one.amount > 0);
  if (lapses.length === 0) return 0;
  const bank = await currentPolicy(tx, 'bank', act.at);
  const city = await openCityAccounts(tx, act, []);
  const fund = city.get(accountKey({ ownerId: cityCode, kind: 'issuance', currency: 'min' })) as string;
  await post(
    tx,
    act,
    lapses.map(({ id, amount, key }) => ({
      debit: id,
      credit: fund,
      amount,
      currency: 'min',
      cause: 'lapse',
      key,
      policyId: bank.id,
    })),
  );
  return lapses.length;
}
