/** Who hears what concerns an elder: the elder, and those who may see it by the elder's consent. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';

export interface ElderSide {
  name: string;
  /** The elder, then the others. */
  personIds: string[];
}

/** No elder is seen by more than this. */
const MOST_DELEGATES = 10;

/** The side of each elder at an instant. */
export async function elderSideOf(
  db: Database | Tx,
  elderIds: readonly string[],
  at: Date,
): Promise<Map<string, ElderSide>> {
  if (elderIds.length === 0) return new Map();
  const instant = at.toISOString();
  const rows = await db.execute<{ id: string; name: string; delegates: string[] }>(sql`
    select p.id, p.name, array(
      select m.delegate_id from mandates m
      where m.elder_id = p.id and 'see' = any (m.scopes) and m.revoked_at is null
        and m.valid_from <= ${instant}::timestamptz
        and (m.valid_until is null or m.valid_until > ${instant}::timestamptz)
      order by m.valid_from limit ${MOST_DELEGATES}) as delegates
    from persons p where p.id = any (${`{${[...new Set(elderIds)].join(',')}}`}::uuid[])`);
  return new Map(
    rows.map((row) => [row.id, { name: row.name, personIds: [...new Set([row.id, ...row.delegates])] }]),
  );
}
