/** Edits of visits as those see them who may, and which share of visits was edited by hand (C9). */
import { and, asc, count, desc, eq, gte, lt, sql } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import { idFloor } from '../connect/ids.ts';
import type { Reach } from '../connect/reach.ts';
import { unseal } from '../connect/seal.ts';
import { namesOf } from '../people/accounts.ts';
import { floorOf } from './floor.ts';
import { visitEdits } from './schema.ts';

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

const within = (reach: Reach) => {
  if (reach.kind === 'provider') return eq(visitEdits.providerId, reach.providerId);
  if (reach.kind === 'area')
    return reach.areaCode.length >= 6 ? eq(visitEdits.districtCode, reach.areaCode.slice(0, 6)) : undefined;
  return reach.kind === 'all' ? undefined : sql`false`;
};

/** Edits within reach, latest first, at most `limit`. */
export async function listEdits(
  db: Database,
  reach: Reach,
  state: EditView['state'] | null,
  limit: number,
  before: string | null,
): Promise<EditView[]> {
  const rows = await db
    .select()
    .from(visitEdits)
    .where(
      and(
        within(reach),
        state ? eq(visitEdits.state, state) : undefined,
        before ? lt(visitEdits.id, before) : undefined,
      ),
    )
    .orderBy(desc(visitEdits.id))
    .limit(limit);
  return editViews(db, rows);
}

/** Whether an edit is within reach. */
export async function seesEdit(db: Database, reach: Reach, id: string): Promise<boolean> {
  const rows = await db
    .select({ id: visitEdits.id })
    .from(visitEdits)
    .where(and(eq(visitEdits.id, id), within(reach)));
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
        within(reach),
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
