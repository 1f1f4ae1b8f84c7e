/**
 * One person at two visits at once, by the times that count (S8, C8): what was planned cannot overlap, what happened can.
 * It holds up no service; both visits carry the exception until later times clear it. Whichever check, upload or edit comes
 * second finds it.
 */
import { and, desc, eq, isNull, or, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import type { Act } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Database, Tx } from '../connect/database.ts';
import { ceilingOf, floorOf } from './floor.ts';
import type { VisitRow } from './plan.ts';
import { overlapOf, type VisitsPolicy } from './rules.ts';
import { visitOverlaps, visits } from './schema.ts';

/** Times that count are at most so far from what was planned, for a visit to be looked for. */
const NEAR_DAYS = 2;
const DAY = 86_400_000;

type Pair = Record<string, unknown> & { visitId: string; otherVisitId: string; personId: string };

/**
 * Compares visits whose times have just changed with the others of the same persons: writes down each two that overlap by
 * more than two clocks may differ, and clears those that overlap no more. A visit that was not left yet goes on.
 */
export async function keepOverlaps(
  tx: Tx,
  act: Act,
  changed: readonly VisitRow[],
  { clockSkewSeconds }: Pick<VisitsPolicy, 'clockSkewSeconds'>,
): Promise<void> {
  const mine = changed.flatMap(({ id, personId, checkInAt, checkOutAt }) =>
    checkInAt ? [{ id, person: personId, began: checkInAt, ended: checkOutAt }] : [],
  );
  if (mine.length === 0) return;
  const ids = `{${mine.map(({ id }) => id).join(',')}}`;
  // Named as a list, too, so that whatever is planned looks into the visits of these persons only.
  const persons = `{${mine.map(({ person }) => person).join(',')}}`;
  const times = mine.flatMap(({ began, ended }) => [began.getTime(), (ended ?? act.at).getTime()]);
  const from = new Date(Math.min(...times) - NEAR_DAYS * DAY);
  const until = new Date(Math.max(...times) + NEAR_DAYS * DAY);
  const found = await tx.execute<Pair>(sql`
    with mine as (
      select * from jsonb_to_recordset(${JSON.stringify(mine)}::jsonb)
        as m(id uuid, person uuid, began timestamptz, ended timestamptz)),
    met as (
      select distinct least(m.id, v.id) as one, greatest(m.id, v.id) as other, m.person
      from mine m join visits v on v.person_id = m.person and v.id <> m.id
      where v.person_id = any(${persons}::uuid[]) and v.planned_start_at >= ${from.toISOString()}::timestamptz
        and v.planned_start_at < ${until.toISOString()}::timestamptz
        and v.id >= ${floorOf(from)}::uuid and v.id < ${ceilingOf(until)}::uuid
        and v.state in ('started', 'finished', 'settled')
        and greatest(v.check_in_at, m.began) + make_interval(secs => ${clockSkewSeconds})
          < least(coalesce(v.check_out_at, 'infinity'), coalesce(m.ended, 'infinity'))),
    cleared as (
      update visit_overlaps o set cleared_at = ${act.at.toISOString()}::timestamptz
      where o.cleared_at is null and (o.visit_id = any(${ids}::uuid[]) or o.other_visit_id = any(${ids}::uuid[]))
        and not exists (select from met where met.one = o.visit_id and met.other = o.other_visit_id))
    insert into visit_overlaps (visit_id, other_visit_id, person_id, found_at)
    select one, other, person, ${act.at.toISOString()}::timestamptz from met
    on conflict do nothing
    returning visit_id as "visitId", other_visit_id as "otherVisitId", person_id as "personId"`);
  await writeAudit(
    tx,
    act,
    found.map(({ visitId, otherVisitId, personId }) => ({
      action: 'visit.at_two',
      personId,
      recordId: visitId,
      detail: { other: otherVisitId },
    })),
  );
}

const standing = (ids: readonly string[]) =>
  and(
    or(anyOf(visitOverlaps.visitId, ids), anyOf(visitOverlaps.otherVisitId, ids)),
    isNull(visitOverlaps.clearedAt),
  );

/** Whether a visit's person was at another at the same time, as far as the times that count say now. */
export async function isAtTwo(db: Database | Tx, visitId: string): Promise<boolean> {
  const rows = await db
    .select({ id: visitOverlaps.visitId })
    .from(visitOverlaps)
    .where(standing([visitId]))
    .limit(1);
  return rows.length > 0;
}

/** Which of these visits were made by somebody who was at another at the same time. */
export async function atTwo(db: Database | Tx, visitIds: readonly string[]): Promise<Set<string>> {
  if (visitIds.length === 0) return new Set();
  const rows = await db.select().from(visitOverlaps).where(standing(visitIds));
  return new Set(rows.flatMap(({ visitId, otherVisitId }) => [visitId, otherVisitId]));
}

export interface OverlapView {
  /** The time at both, by the times that count now; not over yet where there is no end, null where it is cleared. */
  from: Date | null;
  until: Date | null;
  serviceCode: string;
  foundAt: Date;
  clearedAt: Date | null;
}

const MOST = 20;

/** With which other visits a visit overlaps, or did before its times were corrected; latest found first, at most 20. */
export async function overlapsOf(db: Database, visit: VisitRow): Promise<OverlapView[]> {
  const rows = await db
    .select({ overlap: visitOverlaps, other: visits })
    .from(visitOverlaps)
    .innerJoin(
      visits,
      sql`${visits.id} = case when ${visitOverlaps.visitId} = ${visit.id} then ${visitOverlaps.otherVisitId}
        else ${visitOverlaps.visitId} end`,
    )
    .where(or(eq(visitOverlaps.visitId, visit.id), eq(visitOverlaps.otherVisitId, visit.id)))
    .orderBy(desc(visitOverlaps.foundAt))
    .limit(MOST);
  return rows.map(({ overlap: { foundAt, clearedAt }, other }) => ({
    ...(clearedAt ? { from: null, until: null } : overlapOf(visit, other)),
    serviceCode: other.serviceCode,
    foundAt,
    clearedAt,
  }));
}
