/**
 * Who is entitled to respite and how much of it (S6): a household that cares at home for somebody of ability level 2 or
 * more (policy), so many nights and blocks a calendar year. A household cares when the elder lives with the family or
 * has given a relative or another delegate a mandate that is in force.
 */
import { sql } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { currentPolicy } from '../services/policies.ts';
import type { RespitePolicy } from './rules.ts';

/** What a stay or a block takes from the quota of the elder's household in a calendar year. */
export interface Taking {
  /** The stay's id, or the order's. */
  recordId: string;
  elderId: string;
  year: number;
  nights: number;
  blocks: number;
}

/** The service whose blocks are respite at home. */
export const HOME_RESPITE = 'home_respite';

interface Entitled extends Record<string, unknown> {
  person_id: string;
  household_id: string;
  ability_level: number;
  cares: boolean;
}

/** The households of elders entitled to respite, by elder; refuses with `not_entitled` who is not, naming why. */
export async function expectEntitled(
  tx: Tx,
  act: Act,
  elderIds: readonly string[],
  policy: RespitePolicy,
): Promise<Map<string, string>> {
  const wanted = [...new Set(elderIds)];
  const rows = await tx.execute<Entitled>(sql`
    select e.person_id, coalesce(e.household_id, e.person_id) as household_id, e.ability_level,
      e.living = 'with_family' or exists (select from mandates m where m.elder_id = e.person_id and m.revoked_at is null
        and m.valid_from <= ${act.at.toISOString()}::timestamptz
        and (m.valid_until is null or m.valid_until > ${act.at.toISOString()}::timestamptz)) as cares
    from elders e where e.person_id = any (${`{${wanted.join(',')}}`}::uuid[])`);
  if (rows.length < wanted.length) refuse('not_found', 'elderId');
  for (const row of rows) {
    if (row.ability_level < policy.leastAbilityLevel)
      refuse('not_entitled', 'abilityLevel', { least: policy.leastAbilityLevel });
    if (!row.cares) refuse('not_entitled', 'household');
  }
  return new Map(rows.map((row) => [row.person_id, row.household_id]));
}

/**
 * Takes from the quotas of the elders' households, whose rows stay locked until the transaction ends. Refuses with
 * `over_quota` what passes a year's quota. `isUsed` counts what has been used already, whatever the quota is now.
 */
export async function takeRespite(
  tx: Tx,
  households: ReadonlyMap<string, string>,
  takings: readonly Taking[],
  policy: RespitePolicy,
  isUsed = false,
): Promise<void> {
  if (takings.length === 0) return;
  const rows = takings.map(({ recordId, elderId, year, nights, blocks }) => ({
    record: recordId,
    household: households.get(elderId),
    year,
    nights,
    blocks,
  }));
  const used = await tx.execute<{ year: number; nights: number; blocks: number; n: number; b: number }>(sql`
    with taken as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as t(record uuid, household uuid, year smallint, nights integer, blocks integer)
    ), written as (
      insert into respite_takings (record_id, year, household_id, nights, blocks)
      select record, year, household, nights, blocks from taken
    ), sums as (
      select household, year, sum(nights)::int as n, sum(blocks)::int as b from taken group by 1, 2 order by 1, 2
    ), counted as (
      insert into respite_use as u (household_id, year, nights, blocks) select household, year, n, b from sums
      on conflict (household_id, year) do update set nights = u.nights + excluded.nights, blocks = u.blocks + excluded.blocks
      returning household_id, year, nights, blocks
    )
    select c.year, c.nights, c.blocks, s.n, s.b from counted c
    join sums s on s.household = c.household_id and s.year = c.year`);
  if (isUsed) return;
  for (const { year, nights, blocks, n, b } of used) {
    if (n > 0 && nights > policy.nightsAYear)
      refuse('over_quota', 'nights', { year, left: Math.max(0, policy.nightsAYear - nights + n) });
    if (b > 0 && blocks > policy.blocksAYear)
      refuse('over_quota', 'blocks', { year, left: Math.max(0, policy.blocksAYear - blocks + b) });
  }
}

/** Gives back what stays or orders took; those that took nothing are passed over. */
export async function giveRespiteBack(tx: Tx, recordIds: readonly string[]): Promise<void> {
  if (recordIds.length === 0) return;
  await tx.execute(sql`
    with back as (
      delete from respite_takings where record_id = any (${`{${recordIds.join(',')}}`}::uuid[])
      returning household_id, year, nights, blocks
    )
    update respite_use u set nights = u.nights - b.nights, blocks = u.blocks - b.blocks
    from (select household_id, year, sum(nights)::int as nights, sum(blocks)::int as blocks from back group by 1, 2) as b
    where u.household_id = b.household_id and u.year = b.year`);
}

/** Takes a block at home for each order of home respite; refuses who is not entitled or has none left. */
export async function takeBlocks(
  tx: Tx,
  act: Act,
  orders: readonly { id: string; elderId: string; serviceCode: string; startAt: Date }[],
): Promise<void> {
  const blocks = orders.filter((order) => order.serviceCode === HOME_RESPITE);
  if (blocks.length === 0) return;
  const { body } = await currentPolicy(tx, 'respite', act.at);
  const households = await expectEntitled(
    tx,
    act,
    blocks.map((order) => order.elderId),
    body,
  );
  const yearOf = (at: Date) => new Date(at.getTime() + 8 * 3_600_000).getUTCFullYear();
  const takings = blocks.map(({ id, elderId, startAt }) => ({
    recordId: id,
    elderId,
    year: yearOf(startAt),
    nights: 0,
    blocks: 1,
  }));
  await takeRespite(tx, households, takings, body);
}

export interface RespiteLeft {
  year: number;
  nights: number;
  nightsAYear: number;
  blocks: number;
  blocksAYear: number;
}

/** What an elder's household has used in a calendar year, and its quota. */
export async function respiteUsed(tx: Tx, elderId: string, year: number, at: Date): Promise<RespiteLeft> {
  const { body } = await currentPolicy(tx, 'respite', at);
  const [row] = await tx.execute<{ nights: number; blocks: number }>(sql`
    select u.nights, u.blocks from elders e
    join respite_use u on u.household_id = coalesce(e.household_id, e.person_id) and u.year = ${year}
    where e.person_id = ${elderId}::uuid`);
  const { nightsAYear, blocksAYear } = body;
  return { year, nights: row?.nights ?? 0, nightsAYear, blocks: row?.blocks ?? 0, blocksAYear };
}

/** The household that a stay or order took from, by elder; the elder's own where it took nothing. */
export async function householdOf(tx: Tx, recordId: string, elderId: string): Promise<Map<string, string>> {
  const [row] = await tx.execute<{ household_id: string }>(sql`
    select household_id from respite_takings where record_id = ${recordId}::uuid limit 1`);
  return new Map([[elderId, row?.household_id ?? elderId]]);
}
