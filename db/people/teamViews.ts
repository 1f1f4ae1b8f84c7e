/** Teams as their station, their leader and their members see them. */
import { type SQL, sql } from 'drizzle-orm';
import { refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';

export interface TeamView {
  id: string;
  name: string;
  stationId: string;
  leader: { id: string; name: string };
  members: number;
  accountId: string;
  /** Minutes. */
  balance: number;
  available: number;
}

const NO_KEY = '00000000-0000-0000-0000-000000000000';

/** Teams, the rows `t`, of the stations of an area, or those that a person leads or is in. */
function teamsWithin(reach: Reach): SQL {
  if (reach.kind === 'all') return sql`true`;
  if (reach.kind === 'area') return sql`s.area_code like ${`${reach.areaCode}%`}`;
  if (reach.kind !== 'elders') return sql`false`;
  const ids = sql`(select x::uuid from jsonb_array_elements_text(${JSON.stringify(reach.elderIds)}::jsonb) as x)`;
  return sql`(t.leader_id in ${ids} or t.id in (select v.team_id from volunteers v where v.person_id in ${ids}))`;
}

const select = (where: SQL, limit: number) => sql`
  select t.id, t.name, t.station_id, t.leader_id, p.name as leader_name, a.id as account_id, a.balance::text as balance,
    (a.balance - a.held)::text as available,
    (select count(*) from volunteers v where v.team_id = t.id)::text as members
  from teams t
  join persons p on p.id = t.leader_id
  join stations s on s.id = t.station_id
  join accounts a on a.owner_id = t.id::text and a.kind = 'team' and a.currency = 'min'
  where ${where} order by t.id limit ${limit}`;

type Row = {
  id: string;
  name: string;
  station_id: string;
  leader_id: string;
  leader_name: string;
  account_id: string;
  balance: string;
  available: string;
  members: string;
};

const viewOf = (row: Row): TeamView => ({
  id: row.id,
  name: row.name,
  stationId: row.station_id,
  leader: { id: row.leader_id, name: row.leader_name },
  members: Number(row.members),
  accountId: row.account_id,
  balance: Number(row.balance),
  available: Number(row.available),
});

/** Teams within reach, by id, at most `limit`. */
export async function listTeams(
  db: Database | Tx,
  reach: Reach,
  limit: number,
  after: string | null,
): Promise<TeamView[]> {
  const rows = await db.execute<Row>(
    select(sql`${teamsWithin(reach)} and t.id > ${after ?? NO_KEY}::uuid`, limit),
  );
  return rows.map(viewOf);
}

/** One team within reach; refuses with `not_found`. */
export async function teamWithin(db: Database | Tx, reach: Reach, id: string): Promise<TeamView> {
  const [row] = await db.execute<Row>(select(sql`${teamsWithin(reach)} and t.id = ${id}::uuid`, 1));
  return row ? viewOf(row) : refuse('not_found', 'id');
}

/** A team's members, by id, at most `limit`. */
export async function membersOf(
  db: Database | Tx,
  teamId: string,
  limit: number,
  after: string | null,
): Promise<{ personId: string; name: string }[]> {
  const rows = await db.execute<{ id: string; name: string }>(sql`
    select p.id, p.name from volunteers v join persons p on p.id = v.person_id
    where v.team_id = ${teamId}::uuid and p.id > ${after ?? NO_KEY}::uuid order by p.id limit ${limit}`);
  return rows.map((row) => ({ personId: row.id, name: row.name }));
}
