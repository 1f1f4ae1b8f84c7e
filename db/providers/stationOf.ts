/** The community desk that looks after a person: of their community, else of their street. */
import { sql } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';

/** Station ids by person; those in whose street there is none are left out. */
export async function stationOf(tx: Tx, personIds: readonly string[]): Promise<Map<string, string>> {
  if (personIds.length === 0) return new Map();
  const rows = await tx.execute<{ id: string; station: string }>(sql`
    select p.id, s.id as station from persons p
    cross join lateral (
      select id from stations where kind = 'station' and area_code like left(p.area_code, 9) || '%'
      order by area_code = p.area_code desc, id limit 1) as s
    where p.id = any (${`{${[...new Set(personIds)].join(',')}}`}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row.station]));
}
