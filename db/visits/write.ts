/** Visits locked in the order of their keys, and what has changed of many written in one statement. */
import { asc, sql } from 'drizzle-orm';
import { byKeys } from '../connect/compiled.ts';
import type { Tx } from '../connect/database.ts';
import type { VisitRow } from './plan.ts';
import { visits } from './schema.ts';

/** Locks visits for the rest of the transaction; those that do not exist are left out. */
export const lockVisitRows = byKeys(visits.id, (db, within) =>
  db.select().from(visits).where(within).orderBy(asc(visits.id)).for('update'),
);

export async function writeVisits(tx: Tx, rows: readonly VisitRow[]): Promise<void> {
  if (rows.length === 0) return;
  const changes = rows.map((v) => ({
    id: v.id,
    state: v.state,
    checkin: v.checkInAt,
    checkout: v.checkOutAt,
    trust: v.trust,
    minutes: v.verifiedMinutes,
    closed: v.closedAt,
  }));
  // Named as a list, too, so that only the months of these visits are looked into.
  const ids = `{${rows.map((v) => v.id).join(',')}}`;
  await tx.execute(sql`
    update visits v set state = m.state, check_in_at = m.checkin, check_out_at = m.checkout, trust = m.trust,
      verified_minutes = m.minutes, closed_at = m.closed
    from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as m(id uuid, state text, checkin timestamptz,
      checkout timestamptz, trust smallint, minutes integer, closed timestamptz)
    where v.id = m.id and v.id = any (${ids}::uuid[])`);
}
