/** Other visits of an elder at the same time, or so near that nobody would want both without thinking (S5). */

import { sql } from 'drizzle-orm';
import { refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { clockText } from '../connect/days.ts';
import type { OrderState } from './rules.ts';
import type { OrderRow } from './transition.ts';

export interface Span {
  elderId: string;
  startAt: Date;
  minutes: number;
}

export interface Conflict {
  orderId: string;
  serviceCode: string;
  state: OrderState;
  startAt: Date;
  minutes: number;
  /** At the same time; else only near. */
  overlaps: boolean;
}

const MINUTE = 60_000;
/** No visit is longer. */
const LONGEST_MINUTES = 1440;
/** The most that is shown for one visit. */
const MOST = 5;

const endOf = ({ startAt, minutes }: Pick<Span, 'startAt' | 'minutes'>): number =>
  startAt.getTime() + minutes * MINUTE;

/** Whether two visits are at the same time, for a minute or more. */
export const overlap = (
  a: Pick<Span, 'startAt' | 'minutes'>,
  b: Pick<Span, 'startAt' | 'minutes'>,
): boolean => a.startAt.getTime() < endOf(b) && b.startAt.getTime() < endOf(a);

/**
 * For each of the spans the elder's orders that have not ended and lie in it, or less than `gapMinutes` away, by start, at
 * most five; those of `except` are left out.
 */
export async function conflictsWith(
  db: Database | Tx,
  spans: readonly Span[],
  gapMinutes: number,
  except: readonly string[] = [],
): Promise<Conflict[][]> {
  const found: Conflict[][] = spans.map(() => []);
  if (spans.length === 0) return found;
  const asked = spans.map((span, i) => ({
    i,
    elder: span.elderId,
    from: new Date(span.startAt.getTime() - gapMinutes * MINUTE),
    until: new Date(endOf(span) + gapMinutes * MINUTE),
  }));
  const rows = await db.execute<{
    i: number;
    id: string;
    service: string;
    state: OrderState;
    start_at: string;
    minutes: number;
  }>(sql`
    select a.i, o.id, o.service_code as service, o.state, o.start_at::text as start_at, o.minutes
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as a(i integer, elder uuid, "from" timestamptz, until timestamptz)
    cross join lateral (
      select * from orders o
      where o.elder_id = a.elder and o.state not in ('settled', 'cancelled', 'unserved') and o.start_at < a.until
        and o.start_at > a."from" - make_interval(mins => ${LONGEST_MINUTES})
        and o.start_at + make_interval(mins => o.minutes) > a."from"
        and not o.id = any (${`{${except.join(',')}}`}::uuid[])
      order by o.start_at, o.id limit ${MOST}) as o`);
  for (const row of rows) {
    const startAt = new Date(row.start_at);
    found[row.i]?.push({
      orderId: row.id,
      serviceCode: row.service,
      state: row.state,
      startAt,
      minutes: row.minutes,
      overlaps: overlap({ startAt, minutes: row.minutes }, spans[row.i] as Span),
    });
  }
  return found;
}

/**
 * Refuses with `conflicts`, naming the times, orders that are to have the elder's time for themselves and do not: because
 * of an order in the book, or of one of `all` that are booked together.
 */
export async function expectFree(
  tx: Tx,
  all: readonly OrderRow[],
  wanted: readonly OrderRow[],
  except: readonly string[] = [],
): Promise<void> {
  if (wanted.length === 0) return;
  const inBook = await conflictsWith(tx, wanted, 0, except);
  for (const [i, order] of wanted.entries()) {
    const together = all.filter(
      (other) => other.id !== order.id && other.elderId === order.elderId && overlap(other, order),
    );
    const times = [...(inBook[i] as Conflict[]), ...together].map(({ startAt }) => clockText(startAt));
    if (times.length > 0) refuse('conflicts', 'startAt', { times: times.join(', ') });
  }
}
