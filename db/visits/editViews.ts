/** Edits of visits as those see them who may, and which share of visits was edited by hand (C9). */
import { and, asc, count, desc, eq, gte, lt, sql } from 'drizzle-orm';
import { anyOf } from '../connect/anyOf.ts';
import type { Database } from '../connect/database.ts';
import { idFloor } from '../connect/ids.ts';
import type { Reach } from '../connect/reach.ts';
import { unseal } from '../connect/seal.ts';
import { namesOf } from '../people/accounts.ts';
import { persons } from '../people/schema.ts';
import { floorOf } from './floor.ts';
import { visitEdits, visits } from './schema.ts';
import { withinReach } from './within.ts';

type EditRow = typeof visitEdits.$inferSelect;

export interface EditView
  extends Pick<
    EditRow,
    | 'id'
    | 'visitId'
    | 'state'
    | 'checkInBefore'
    | 'checkInAt'
    | 'checkOutBefore'
    | 'checkOutAt'
    | 'differenceMinutes'
    | 'needsSecond'
    | 'reasonCode'
    | 'actionCode'
    | 'askedAt'
    | 'decidedAt'
  > {
  note: string;
  /** Names of the staff who asked and decided. */
  askedBy: string;
  decidedBy: string | null;
}

/** Edits with the names of who asked and decided. */
export async function editViews(db: Database, rows: readonly EditRow[]): Promise<EditView[]> {
  const names = await namesOf(db, [
    ...new Set(rows.flatMap((row) => [row.askedBy, row.decidedBy ?? []].flat())),
  ]);
  return rows.map(({ orderId: _, providerId: __, districtCode: ___, noteSealed, ...row }) => ({
    ...row,
    note: unseal(noteSealed),
    askedBy: names.get(row.askedBy) ?? row.askedBy,
    decidedBy: row.decidedBy && (names.get(row.decidedBy) ?? row.decidedBy),
  }));
}

/** Which visit a correction is of, for a list of them. */
export interface VisitFacts {
  serviceCode: string;
  plannedStartAt: Date;
  helper: string;
}

/** What visits are, by their keys; the helper's name is not masked, as whoever corrects answers for the visit. */
export async function visitFactsOf(
  db: Database,
  visitIds: readonly string[],
): Promise<Map<string, VisitFacts>> {
  if (visitIds.length === 0) return new Map();
  const rows = await db
    .select({
      id: visits.id,
      serviceCode: visits.serviceCode,
      plannedStartAt: visits.plannedStartAt,
      helper: persons.name,
    })
    .from(visits)
    .innerJoin(persons, eq(persons.id, visits.personId))
    .where(anyOf(visits.id, [...new Set(visitIds)]));
  return new Map(rows.map(({ id, ...facts }) => [id, facts]));
}

export interface ListedEdit extends EditView {
  visit: VisitFacts;
}

/** Edits within reach, latest first, at most `limit`. */
export async function listEdits(
  db: Database,
  reach: Reach,
  state: EditView['state'] | null,
  limit: number,
  before: string | null,
): Promise<ListedEdit[]> {
  const rows = await db
    .select()
    .from(visitEdits)
    .where(
      and(
        withinReach(reach, visitEdits),
        state ? eq(visitEdits.state, state) : undefined,
        before ? lt(visitEdits.id, before) : undefined,
      ),
    )
    .orderBy(desc(visitEdits.id))
    .limit(limit);
  const [views, facts] = await Promise.all([
    editViews(db, rows),
    visitFactsOf(
      db,
      rows.map((row) => row.visitId),
    ),
  ]);
  return views.map((view) => ({ ...view, visit: facts.get(view.visitId) as VisitFacts }));
}

/** Whether an edit is within reach. */
export async function seesEdit(db: Database, reach: Reach, id: string): Promise<boolean> {
  const rows = await db
    .select({ id: visitEdits.id })
    .from(visitEdits)
    .where(and(eq(visitEdits.id, id), withinReach(reach, visitEdits)));
  return rows.length > 0;
}

export interface EditShare {
  providerId: string;
  visits: number;
  edited: number;
}

export interface EditsBy {
  name: string;
  edits: number;
}

/** Of each provider's visits that were planned and ended in a span of time, how many were edited by hand. */
export async function editShares(db: Database, reach: Reach, from: Date, until: Date): Promise<EditShare[]> {
  const own =
    reach.kind === 'provider' ? sql`provider_id = ${reach.providerId}` : sql`provider_id is not null`;
  return db.execute<EditShare & Record<string, unknown>>(sql`
    select provider_id as "providerId", count(*)::int as visits, (count(*) filter (where manual_edits > 0))::int as edited
    from visits
    where id >= ${floorOf(from)}::uuid and id < ${idFloor(until)}::uuid
      and planned_start_at >= ${from.toISOString()}::timestamptz and planned_start_at < ${until.toISOString()}::timestamptz
      and ${own} and state in ('finished', 'settled')
    group by provider_id order by avg((manual_edits > 0)::int) desc, provider_id limit 500`);
}

/** Who asked for the most edits in force of a span of time, at most 100. */
export async function editsByPerson(db: Database, reach: Reach, from: Date, until: Date): Promise<EditsBy[]> {
  const rows = await db
    .select({ askedBy: visitEdits.askedBy, edits: count() })
    .from(visitEdits)
    .where(
      and(
        withinReach(reach, visitEdits),
        gte(visitEdits.id, idFloor(from)),
        lt(visitEdits.id, idFloor(until)),
        eq(visitEdits.state, 'applied'),
      ),
    )
    .groupBy(visitEdits.askedBy)
    .orderBy(desc(count()), asc(visitEdits.askedBy))
    .limit(100);
  const names = await namesOf(
    db,
    rows.map((row) => row.askedBy),
  );
  return rows.map(({ askedBy, edits }) => ({ name: names.get(askedBy) ?? askedBy, edits }));
}
