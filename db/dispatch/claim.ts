/**
 * Who plans which day of which district (D4): any number of workers share them, none is planned by two at once, and the
 * claim of a worker that was killed runs out.
 */
import { and, eq, sql } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { planAreas } from './schema.ts';

/** A day of a district, and since when it need not be planned again: one that was planned later is left as it is. */
export interface Wanted {
  day: string;
  areaCode: string;
  notSince: Date;
}

export interface Claim {
  day: string;
  areaCode: string;
  heldBy: string;
  /** The latest plan of it; null before the first. */
  planId: string | null;
}

interface ClaimRow extends Record<string, unknown> {
  day: string;
  area_code: string;
  plan_id: string | null;
}

/** Takes the first of these that nobody holds, until the given instant; null when there is none. */
export async function claimOne(
  db: Database | Tx,
  wanted: readonly Wanted[],
  { heldBy, at, until }: { heldBy: string; at: Date; until: Date },
): Promise<Claim | null> {
  if (wanted.length === 0) return null;
  const rows = wanted.map((one, rank) => ({
    day: one.day,
    area: one.areaCode,
    not_since: one.notSince,
    rank,
  }));
  const asked = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as w(day date, area text, not_since timestamptz, rank int)`;
  await db.execute(
    sql`insert into plan_areas (day, area_code) select w.day, w.area from ${asked} on conflict do nothing`,
  );
  const [row] = await db.execute<ClaimRow>(sql`
    update plan_areas a set held_by = ${heldBy}, held_until = ${until.toISOString()}::timestamptz
    where (a.day, a.area_code) = (
      select p.day, p.area_code from ${asked} join plan_areas p on p.day = w.day and p.area_code = w.area
      where (p.held_until is null or p.held_until <= ${at.toISOString()}::timestamptz)
        and (p.planned_at is null or p.planned_at < w.not_since)
      order by w.rank limit 1 for update of p skip locked)
    returning a.day::text as day, a.area_code, a.plan_id`);
  return row ? { day: row.day, areaCode: row.area_code, heldBy, planId: row.plan_id } : null;
}

/** Holds a claim still for the rest of the transaction; refuses with `stale` one that has run out and was taken by another. */
export async function expectHeld(tx: Tx, claim: Claim): Promise<void> {
  const [row] = await tx
    .select({ heldBy: planAreas.heldBy })
    .from(planAreas)
    .where(theOne(claim))
    .for('update');
  if (row?.heldBy !== claim.heldBy) refuse('stale', 'heldBy');
}

/** Ends a claim: the day of the district was looked at, with a plan or without one. */
export async function release(tx: Tx, claim: Claim, plannedAt: Date, planId: string | null): Promise<void> {
  await tx
    .update(planAreas)
    .set({ heldBy: null, heldUntil: null, plannedAt, ...(planId ? { planId } : {}) })
    .where(theOne(claim));
}

/** Ends a claim of a day on which nothing waits; refuses with `stale` when the claim is another's. */
export async function endEmpty(tx: Tx, act: Act, claim: Claim): Promise<void> {
  await expectHeld(tx, claim);
  await release(tx, claim, act.at, null);
}

const theOne = ({ day, areaCode }: Claim) => and(eq(planAreas.day, day), eq(planAreas.areaCode, areaCode));
