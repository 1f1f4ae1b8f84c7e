/** Whose alert it is: of the desk that has to see to it, the person who has the fewest to see to. */
import { sql } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';
import type { AlertOwner } from './rules.ts';

export interface Desk {
  owner: AlertOwner;
  districtCode: string;
}

export const deskKey = ({ owner, districtCode }: Desk): string => `${owner}:${districtCode}`;

/** By desk the account of its person with the fewest unresolved alerts; a desk without people has none. */
export async function ownersOf(tx: Tx, desks: readonly Desk[]): Promise<Map<string, string>> {
  if (desks.length === 0) return new Map();
  const wanted = [...new Map(desks.map((desk) => [deskKey(desk), desk])).values()];
  const rows = await tx.execute<{ owner: AlertOwner; district: string; id: string }>(sql`
    select d.owner, d."districtCode" as district, u.id
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as d(owner text, "districtCode" text)
    cross join lateral (
      select u.id from users u
      where u.role = case d.owner when 'regulator' then 'regulator' else 'dispatcher' end and u.closed_at is null
        and u.area_code in (left(d."districtCode", 4), case when d.owner <> 'city' then d."districtCode" end)
      order by length(u.area_code) desc,
        (select count(*) from alerts a where a.owner_user_id = u.id::text and a.state <> 'resolved'), u.id
      limit 1) as u`);
  return new Map(rows.map((row) => [deskKey({ owner: row.owner, districtCode: row.district }), row.id]));
}
