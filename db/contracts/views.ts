/** Contracts as those see them who may: lists with the month's promise beside what was done, one with its equipment. */
import { and, asc, desc, eq, lt, type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { careWithin } from '../connect/division.ts';
import type { Reach } from '../connect/reach.ts';
import { maskName } from '../people/mask.ts';
import { persons } from '../people/schema.ts';
import { providers } from '../providers/schema.ts';
import { type ContractMonth, contractsMonth } from './monitor.ts';
import type { ContractState, EndReason, EquipmentState } from './rules.ts';
import { contractEquipment, contractMonths, contractServices, contracts } from './schema.ts';

export interface ContractView {
  id: string;
  state: ContractState;
  /** The name is masked unless the reader serves the elder or acts for them. */
  elder: { id: string; name: string };
  provider: { id: string; name: string };
  areaCode: string;
  startsOn: string;
  endsOn: string | null;
  leastVisits: number;
  documentDigest: string;
  elderSignedAt: Date | null;
  providerSignedAt: Date | null;
  endReason: EndReason | null;
  version: number;
  month: ContractMonth;
}

export interface EquipmentView {
  id: string;
  code: string;
  name: string;
  serial: string;
  state: EquipmentState;
  installedAt: Date;
  returnedAt: Date | null;
}

/** A month that is over, as it was reckoned. */
export interface ReckonedMonth {
  /** `YYYY-MM`. */
  month: string;
  promised: number;
  done: number;
  minutes: number;
  isShort: boolean;
}

export interface ContractDetail extends ContractView {
  /** The latest first, at most 12. */
  months: ReckonedMonth[];
  equipment: EquipmentView[];
  services: { serviceCode: string; timesAMonth: number }[];
}

/** Visits promised and not done in a month that was reckoned; of one whose services alone fell short 0 or less. */
const missing = sql<number>`(${contractMonths.promised} - ${contractMonths.done})`;

const fields = { contract: contracts, elderName: persons.name, providerName: providers.name };

interface Row {
  contract: typeof contracts.$inferSelect;
  elderName: string;
  providerName: string;
}

const select = (db: Database | Tx) =>
  db
    .select(fields)
    .from(contracts)
    .innerJoin(persons, eq(persons.id, contracts.elderId))
    .innerJoin(providers, eq(providers.id, contracts.providerId));

export interface ContractFilter {
  state?: ContractState;
  elderId?: string;
  /** Only those that fell short in this month, as it was reckoned. */
  shortIn?: string;
}

/** Where a page of contracts ended: the last one's id, and how many visits it lacked where the list is by that. */
export interface ContractMark {
  id: string;
  missing: number;
}

const MOST_MONTHS = 12;

/**
 * Contracts within reach with a month's monitoring, newest first, at most `limit`; those that fell short in a month by
 * how many visits are missing, the most first.
 */
export async function listContracts(
  db: Database | Tx,
  reach: Reach,
  filter: ContractFilter,
  month: string,
  at: Date,
  limit: number,
  after: ContractMark | null,
): Promise<(ContractView & { missing: number })[]> {
  const within = and(
    careWithin(contracts, reach),
    filter.state ? eq(contracts.state, filter.state) : undefined,
    filter.elderId ? eq(contracts.elderId, filter.elderId) : undefined,
  );
  const rows = filter.shortIn
    ? await shortIn(db, within, filter.shortIn, limit, after)
    : await select(db)
        .where(and(within, after ? lt(contracts.id, after.id) : undefined))
        .orderBy(desc(contracts.id))
        .limit(limit);
  const months = await contractsMonth(
    db,
    rows.map((row) => row.contract.id),
    month,
    at,
  );
  return rows.map((row) => ({
    ...view(row, reach, months.get(row.contract.id) as ContractMonth),
    missing: 'missing' in row ? Number(row.missing) : 0,
  }));
}

/** Those that fell short in a month that was reckoned, the most missing visits first. */
const shortIn = (
  db: Database | Tx,
  within: SQL | undefined,
  month: string,
  limit: number,
  after: ContractMark | null,
) =>
  db
    .select({ ...fields, missing })
    .from(contractMonths)
    .innerJoin(contracts, eq(contracts.id, contractMonths.contractId))
    .innerJoin(persons, eq(persons.id, contracts.elderId))
    .innerJoin(providers, eq(providers.id, contracts.providerId))
    .where(
      and(
        eq(contractMonths.month, month),
        eq(contractMonths.isShort, true),
        within,
        after ? sql`(-${missing}, ${contracts.id}) > (${-after.missing}::int, ${after.id}::uuid)` : undefined,
      ),
    )
    .orderBy(sql`-${missing}`, asc(contracts.id))
    .limit(limit);

function view({ contract, elderName, providerName }: Row, reach: Reach, month: ContractMonth): ContractView {
  const {
    elderId,
    providerId,
    elderSignedBy: _,
    providerSignedBy: __,
    createdAt: ___,
    updatedAt: ____,
    ...rest
  } = contract;
  const mayKnow = reach.kind === 'elders' || (reach.kind === 'provider' && contract.elderSignedAt !== null);
  return {
    ...rest,
    elder: { id: elderId, name: mayKnow ? elderName : maskName(elderName) },
    provider: { id: providerId, name: providerName },
    month,
  };
}

/** One contract within reach with its equipment and a month's monitoring; undefined when there is none. */
export async function findContract(
  db: Database | Tx,
  reach: Reach,
  id: string,
  month: string,
  at: Date,
): Promise<ContractDetail | undefined> {
  const [row] = await select(db).where(and(eq(contracts.id, id), careWithin(contracts, reach)));
  if (!row) return undefined;
  const [monitored, months, equipment, services] = await Promise.all([
    contractsMonth(db, [id], month, at),
    db
      .select({
        month: contractMonths.month,
        promised: contractMonths.promised,
        done: contractMonths.done,
        minutes: contractMonths.minutes,
        isShort: contractMonths.isShort,
      })
      .from(contractMonths)
      .where(eq(contractMonths.contractId, id))
      .orderBy(desc(contractMonths.month))
      .limit(MOST_MONTHS),
    db
      .select()
      .from(contractEquipment)
      .where(eq(contractEquipment.contractId, id))
      .orderBy(asc(contractEquipment.id)),
    db
      .select({ serviceCode: contractServices.serviceCode, timesAMonth: contractServices.timesAMonth })
      .from(contractServices)
      .where(eq(contractServices.contractId, id))
      .orderBy(asc(contractServices.serviceCode)),
  ]);
  return {
    ...view(row, reach, monitored.get(id) as ContractMonth),
    months,
    equipment: equipment.map(({ contractId: _, ...item }) => item),
    services,
  };
}
