/**
 * A small circle of people with accounts of every kind, new for each program: a mother with a daughter and a husband, a
 * stranger who says he is her grandson, a team, a pool, a provider, a partner city and the fund.
 */
import type postgres from 'postgres';
import { accountKey, openAccounts } from '../../../../db/bank/post.ts';
import type { AccountKind, Currency } from '../../../../db/bank/rules.ts';
import type { Act } from '../../../../db/connect/act.ts';
import type { Database } from '../../../../db/connect/database.ts';
import { newId } from '../../../../db/connect/ids.ts';

export const owners = [
  'mother',
  'daughter',
  'husband',
  'stranger',
  'team',
  'pool',
  'provider',
  'partner',
  'fund',
] as const;
export type Owner = (typeof owners)[number];

interface CircleAccount {
  owner: Owner;
  kind: AccountKind;
  currency: Currency;
}

export const circleAccounts = {
  fund: { owner: 'fund', kind: 'issuance', currency: 'min' },
  subsidy: { owner: 'fund', kind: 'issuance', currency: 'fen' },
  pool: { owner: 'pool', kind: 'pool', currency: 'min' },
  partner: { owner: 'partner', kind: 'clearing', currency: 'min' },
  /** Where what is disputed lies. */
  suspense: { owner: 'pool', kind: 'suspense', currency: 'min' },
  suspenseFen: { owner: 'pool', kind: 'suspense', currency: 'fen' },
  provider: { owner: 'provider', kind: 'provider', currency: 'fen' },
  team: { owner: 'team', kind: 'team', currency: 'min' },
  mother: { owner: 'mother', kind: 'personal', currency: 'min' },
  motherGrant: { owner: 'mother', kind: 'grant', currency: 'min' },
  motherFen: { owner: 'mother', kind: 'grant', currency: 'fen' },
  daughter: { owner: 'daughter', kind: 'personal', currency: 'min' },
  husband: { owner: 'husband', kind: 'personal', currency: 'min' },
  stranger: { owner: 'stranger', kind: 'personal', currency: 'min' },
  /** Opened when hours are taken back that are spent already. */
  motherDebt: { owner: 'mother', kind: 'receivable', currency: 'min' },
  motherFenDebt: { owner: 'mother', kind: 'receivable', currency: 'fen' },
  daughterDebt: { owner: 'daughter', kind: 'receivable', currency: 'min' },
  husbandDebt: { owner: 'husband', kind: 'receivable', currency: 'min' },
  strangerDebt: { owner: 'stranger', kind: 'receivable', currency: 'min' },
  teamDebt: { owner: 'team', kind: 'receivable', currency: 'min' },
} as const satisfies Record<string, CircleAccount>;

export type Label = keyof typeof circleAccounts;
export const labels = Object.keys(circleAccounts) as Label[];

/** Whether two are verified lineal relatives: only the mother and her daughter are. */
export const areLineal = (one: Owner, other: Owner): boolean =>
  [one, other].sort().join() === 'daughter,mother';

export interface CircleOrder {
  id: string;
  verifiedVisit: string;
  unverifiedVisit: string;
}

export interface Circle {
  ids: Record<Label, string>;
  owners: Record<Owner, string>;
  orders: CircleOrder[];
  policyId: string;
}

export const ORDERS = 6;

/** Makes a circle with orders that each have a verified visit and one that is not; accounts at zero. */
export async function openCircle(sql: postgres.Sql, db: Database, act: Act): Promise<Circle> {
  const tag = newId(act.at);
  const ownerIds = Object.fromEntries(
    owners.map((owner) => [
      owner,
      owner === 'pool' || owner === 'partner' || owner === 'fund' ? `${owner}-${tag}` : newId(act.at),
    ]),
  ) as Record<Owner, string>;
  const names = labels.map((label) => ({ label, ...circleAccounts[label] }));
  const opened = await db.transaction((tx) =>
    openAccounts(
      tx,
      act,
      names.map(({ owner, kind, currency }) => ({ ownerId: ownerIds[owner], kind, currency })),
    ),
  );
  const ids = Object.fromEntries(
    names.map(({ label, owner, kind, currency }) => [
      label,
      opened.get(accountKey({ ownerId: ownerIds[owner], kind, currency })),
    ]),
  ) as Record<Label, string>;
  const orders = Array.from({ length: ORDERS }, () => ({
    id: newId(act.at),
    verifiedVisit: newId(act.at),
    unverifiedVisit: newId(act.at),
  }));
  await addPersons(sql, ownerIds, act.at);
  await addKin(sql, ownerIds, act.at);
  await addVisits(sql, orders, ownerIds, act.at);
  return { ids, owners: ownerIds, orders, policyId: newId(act.at) };
}

async function addPersons(sql: postgres.Sql, ownerIds: Record<Owner, string>, at: Date): Promise<void> {
  const persons = (['mother', 'daughter', 'husband', 'stranger'] as const).map((owner) => ({
    id: ownerIds[owner],
    name: owner,
    gender: 'female',
    birth_date: '1950-01-01',
    lat: 32,
    lon: 118,
    area_code: '320102001001',
    created_at: at,
  }));
  await sql`
    insert into areas (code, level, name, lat, lon) values ('320102001001', 'community', '梅园', 32, 118)
    on conflict do nothing`;
  await sql`insert into persons ${sql(persons)}`;
}

async function addKin(sql: postgres.Sql, ownerIds: Record<Owner, string>, at: Date): Promise<void> {
  const kin = (relative: Owner, relation: string, state: string) => ({
    id: newId(at),
    person_id: ownerIds.mother,
    relative_id: ownerIds[relative],
    relation,
    state,
    document: 'household_register',
    asked_by: 'test',
    asked_at: at,
    decided_by: state === 'verified' ? 'station' : null,
  });
  await sql`insert into kinships ${sql([
    kin('daughter', 'child', 'verified'),
    kin('husband', 'spouse', 'verified'),
    kin('stranger', 'grandchild', 'asked'),
  ])}`;
}

async function addVisits(
  sql: postgres.Sql,
  orders: readonly CircleOrder[],
  ownerIds: Record<Owner, string>,
  at: Date,
): Promise<void> {
  const visit = (id: string, orderId: string, verifiedMinutes: number | null) => ({
    id,
    order_id: orderId,
    state: 'finished',
    service_code: 'companionship',
    elder_id: ownerIds.mother,
    person_id: ownerIds.stranger,
    kind: 'volunteer',
    district_code: '320102',
    planned_start_at: at,
    latest_start_at: at,
    planned_minutes: 60,
    verified_minutes: verifiedMinutes,
  });
  await sql`insert into visits ${sql(
    orders.flatMap((order) => [
      visit(order.verifiedVisit, order.id, 60),
      visit(order.unverifiedVisit, order.id, null),
    ]),
  )}`;
}
