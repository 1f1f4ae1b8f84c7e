/** Asked and granted unlocks of visits' times (C9), as those see them who decide. */
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { unseal } from '../connect/seal.ts';
import { namesOf } from '../people/accounts.ts';
import { type VisitFacts, visitFactsOf } from './editViews.ts';
import { visitUnlocks } from './schema.ts';
import type { UnlockRow } from './unlocks.ts';
import { withinReach } from './within.ts';

export interface UnlockView
  extends Pick<UnlockRow, 'id' | 'visitId' | 'state' | 'reasonCode' | 'askedAt' | 'decidedAt' | 'expiresAt'> {
  note: string;
  /** Names of the staff who asked and decided. */
  askedBy: string;
  decidedBy: string | null;
}

export interface ListedUnlock extends UnlockView {
  visit: VisitFacts;
}

const MOST = 20;

async function views(db: Database, rows: readonly UnlockRow[]): Promise<UnlockView[]> {
  const actors = rows.flatMap((row) => [row.askedBy, ...(row.decidedBy ? [row.decidedBy] : [])]);
  const names = await namesOf(db, [...new Set(actors)]);
  return rows.map(({ providerId: _, districtCode: __, noteSealed, ...row }) => ({
    ...row,
    note: unseal(noteSealed),
    askedBy: names.get(row.askedBy) ?? row.askedBy,
    decidedBy: row.decidedBy && (names.get(row.decidedBy) ?? row.decidedBy),
  }));
}

/** What was asked for one visit, latest first, at most 20. */
export async function unlocksOf(db: Database, visitId: string): Promise<UnlockView[]> {
  const rows = await db
    .select()
    .from(visitUnlocks)
    .where(eq(visitUnlocks.visitId, visitId))
    .orderBy(desc(visitUnlocks.id))
    .limit(MOST);
  return views(db, rows);
}

/** Unlocks within reach, latest first, at most `limit`. */
export async function listUnlocks(
  db: Database,
  reach: Reach,
  state: UnlockView['state'] | null,
  limit: number,
  before: string | null,
): Promise<ListedUnlock[]> {
  const rows = await db
    .select()
    .from(visitUnlocks)
    .where(
      and(
        withinReach(reach, visitUnlocks),
        state ? eq(visitUnlocks.state, state) : undefined,
        before ? lt(visitUnlocks.id, before) : undefined,
      ),
    )
    .orderBy(desc(visitUnlocks.id))
    .limit(limit);
  const [shown, facts] = await Promise.all([
    views(db, rows),
    visitFactsOf(
      db,
      rows.map((row) => row.visitId),
    ),
  ]);
  return shown.map((view) => ({ ...view, visit: facts.get(view.visitId) as VisitFacts }));
}

/** Whether an unlock is within reach. */
export async function seesUnlock(db: Database, reach: Reach, id: string): Promise<boolean> {
  const rows = await db
    .select({ id: visitUnlocks.id })
    .from(visitUnlocks)
    .where(and(eq(visitUnlocks.id, id), withinReach(reach, visitUnlocks)));
  return rows.length > 0;
}
