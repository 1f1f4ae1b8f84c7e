/** Which accounts a caller may look into: one's own and one's team's, those of one's area, or all. */
import { type SQL, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import type { AccountKind } from './rules.ts';

/** The kinds whose owner is a person. */
const personKinds = sql`('personal', 'grant', 'receivable')`;
const CITY_CODE_LENGTH = 4;

/** Whether an account, the row `a`, lies within a reach. A team's account is its leader's to see. */
export function accountWithin(reach: Reach): SQL {
  switch (reach.kind) {
    case 'all':
      return sql`true`;
    case 'elders': {
      const owners = JSON.stringify(reach.elderIds);
      const theirs = sql`(select jsonb_array_elements_text(${owners}::jsonb))`;
      return sql`(a.kind <> 'team' and a.owner_id in ${theirs} or a.kind = 'team' and exists (
        select from teams t where t.id::text = a.owner_id and t.leader_id::text in ${theirs}))`;
    }
    case 'area': {
      if (reach.areaCode.length === CITY_CODE_LENGTH) return sql`true`;
      const below = `${reach.areaCode}%`;
      return sql`case
        when a.kind in ${personKinds} then exists (
          select from persons p where p.id = a.owner_id::uuid and p.area_code like ${below})
        when a.kind = 'team' then exists (
          select from teams t join stations s on s.id = t.station_id
          where t.id = a.owner_id::uuid and s.area_code like ${below})
        when a.kind = 'provider' then exists (
          select from providers v where v.id::text = a.owner_id and v.area_code like ${below})
        else a.owner_id like ${below} end`;
    }
    default:
      return sql`false`;
  }
}

/**
 * Whose account it is; refuses with `not_found` one out of reach. A reader of a person's account who is not that
 * person is recorded, for the person to see, unless it is only the next page of the same reading.
 */
export async function expectAccount(
  tx: Database | Tx,
  act: Act,
  reach: Reach,
  id: string,
  isNewReading = true,
): Promise<{ ownerId: string; kind: AccountKind }> {
  const [row] = await tx.execute<{ owner_id: string; kind: AccountKind; is_person: boolean }>(sql`
    select a.owner_id, a.kind, a.kind in ${personKinds} as is_person from accounts a
    where a.id = ${id}::uuid and ${accountWithin(reach)}`);
  if (!row) refuse('not_found', 'id');
  if (isNewReading) await recordReading(tx, act, row.is_person ? [row.owner_id] : [], id);
  return { ownerId: row.owner_id, kind: row.kind };
}

/** Records that somebody looked into what is other persons'; elders and volunteers only ever reach their own. */
export async function recordReading(
  tx: Database | Tx,
  act: Act,
  personIds: readonly string[],
  recordId: string,
): Promise<void> {
  if (act.role === 'elder' || act.role === 'volunteer') return;
  await writeAudit(
    tx,
    act,
    [...new Set(personIds)].map((personId) => ({ action: 'person.read', personId, recordId })),
  );
}
