/** Finding persons by the signs that another register gives of them; who is found is never guessed. */
import { sql } from 'drizzle-orm';
import type { Database } from '../../connect/database.ts';
import { digest } from '../../connect/seal.ts';

/** By the first of these that is given: identity number, phone, or community, name and date of birth together. */
export interface PersonSigns {
  identity: string | null;
  phone: string | null;
  areaCode: string | null;
  name: string | null;
  /** `YYYY-MM-DD`. */
  birthDate: string | null;
}

export interface MatchedPerson {
  id: string;
  name: string;
  areaCode: string;
  /** Has an account of hours: an elder or a volunteer. */
  hasHours: boolean;
}

/** The persons whom each set of signs fits, in the order given, at most two of each: two are one too many. */
export async function personsMatching(db: Database, all: readonly PersonSigns[]): Promise<MatchedPerson[][]> {
  const found: MatchedPerson[][] = all.map(() => []);
  if (all.length === 0) return found;
  const signs = all.map((each, n) => ({
    n,
    identity: each.identity === null ? null : digest('identity', each.identity).toString('hex'),
    phone: each.identity === null && each.phone ? digest('phone', each.phone).toString('hex') : null,
    ...(each.identity === null && each.phone === null
      ? { area: each.areaCode, name: each.name, born: each.birthDate }
      : {}),
  }));
  const rows = await db.execute<{
    n: number;
    id: string;
    name: string;
    area_code: string;
    has_hours: boolean;
  }>(sql`
    select s.n, p.id, p.name, p.area_code,
      exists (select from elders e where e.person_id = p.id)
        or exists (select from volunteers v where v.person_id = p.id) as has_hours
    from jsonb_to_recordset(${JSON.stringify(signs)}::jsonb)
      as s(n int, identity text, phone text, area text, name text, born date)
    cross join lateral (
      select * from persons where identity_digest = decode(s.identity, 'hex')
      union all
      select * from persons where phone_digest = decode(s.phone, 'hex') and closed_at is null
      union all
      select * from persons where area_code = s.area and name = s.name and birth_date = s.born and closed_at is null
      limit 2) as p
    order by s.n`);
  for (const { n, id, name, area_code, has_hours } of rows)
    found[n]?.push({ id, name, areaCode: area_code, hasHours: has_hours });
  return found;
}
