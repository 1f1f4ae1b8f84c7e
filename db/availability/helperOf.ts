/** Volunteers and carers whose availability a caller may see or change. */
import { sql } from 'drizzle-orm';
import { refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';

export interface Helper {
  personId: string;
  name: string;
  kind: 'volunteer' | 'carer';
  providerId: string | null;
  stationId: string | null;
}

/** The condition that a helper, with `h` as the person, is within reach; a volunteer's station sees them wherever they live. */
export function helpersWithin(reach: Reach) {
  if (reach.kind === 'all') return sql`true`;
  if (reach.kind === 'assignee') return sql`h.id = ${reach.personId}`;
  if (reach.kind === 'elders') return sql`h.id = any (${`{${reach.elderIds.join(',')}}`}::uuid[])`;
  if (reach.kind === 'provider') return sql`c.provider_id = ${reach.providerId}`;
  const inArea = sql`like ${`${reach.areaCode}%`}`;
  return sql`(v.person_id is not null and (h.area_code ${inArea}
    or exists (select from stations s where s.id = v.station_id and s.area_code ${inArea})))`;
}

/** Volunteers and active carers by id within reach, among the living. */
export async function helpersOf(
  db: Database | Tx,
  reach: Reach,
  personIds: readonly string[],
): Promise<Map<string, Helper>> {
  const rows = await db.execute<Helper & Record<string, unknown>>(sql`
    select h.id as "personId", h.name, case when c.person_id is null then 'volunteer' else 'carer' end as kind,
      c.provider_id as "providerId", v.station_id as "stationId"
    from persons h left join carers c on c.person_id = h.id and c.state = 'active'
    left join volunteers v on v.person_id = h.id
    where h.id = any (${`{${[...new Set(personIds)].join(',')}}`}::uuid[]) and h.closed_at is null
      and (c.person_id is not null or v.person_id is not null) and ${helpersWithin(reach)}`);
  return new Map(rows.map((row) => [row.personId, row]));
}

/** One helper within reach; refuses with `not_found`. */
export async function helperWithin(db: Database | Tx, reach: Reach, personId: string): Promise<Helper> {
  return (await helpersOf(db, reach, [personId])).get(personId) ?? refuse('not_found', 'personId');
}
