/** Contracts as those see them who may: lists with the month's promise beside what was done, one with its equipment. */
import { and, asc, desc, eq, inArray, like, lt, type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { maskName } from '../people/mask.ts';
import { persons } from '../people/schema.ts';
import { providers } from '../providers/schema.ts';
import { type ContractMonth, contractsMonth } from './monitor.ts';
import type { ContractState, EndReason, EquipmentState } from './rules.ts';
import { contractEquipment, contractServices, contracts } from './schema.ts';

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

export interface ContractDetail extends ContractView {
  equipment: EquipmentView[];
  services: { serviceCode: string; timesAMonth: number }[];
}

/** The contracts within a reach. */
function contractsWithin(reach: Reach): SQL | undefined {
  switch (reach.kind) {
    case 'all':
      return undefined;
    case 'area':
      return like(contracts.areaCode, `${reach.areaCode}%`);
    case 'elders':
      return reach.elderIds.length > 0 ? inArray(contracts.elderId, [...reach.elderIds]) : sql`false`;
    case 'provider':
      return eq(contracts.providerId, reach.providerId);
    case 'assignee':
      return sql`false`;
  }
}

const select = (db: Database | Tx) =>
  db
    .select({ contract: contracts, elderName: persons.name, providerName: providers.name })
    .from(contracts)
    .innerJoin(persons, eq(persons.id, contracts.elderId))
    .innerJoin(providers, eq(providers.id, contracts.providerId));

export interface ContractFilter {
  state?: ContractState;
  /** Only those that fell short in this month, as it was reckoned. */
  shortIn?: string;
}

/** Contracts within reach with a month's monitoring, newest first, at most `limit`. */
export async function listContracts(
  db: Database | Tx,
  reach: Reach,
  filter: ContractFilter,
  month: string,
  at: Date,
  limit: number,
  after: string | null,
): Promise<ContractView[]> {
  const rows = await select(db)
    .where(
      and(
        contractsWithin(reach),
        filter.state ? eq(contracts.state, filter.state) : undefined,
        filter.shortIn
          ? sql`exists (select from contract_months m where m.contract_id = ${contracts.id} and m.month = ${filter.shortIn} and m.is_short)`
          : undefined,
        after ? lt(contracts.id, after) : undefined,
      ),
    )
    .orderBy(desc(contracts.id))
    .limit(limit);
  const months = await contractsMonth(
    db,
    rows.map((row) => row.contract.id),
    month,
    at,
  );
  return rows.map((row) => view(row, reach, months.get(row.contract.id) as ContractMonth));
}

function view(
  { contract, elderName, providerName }: Awaited<ReturnType<typeof select>>[number],
  reach: Reach,
  month: ContractMonth,
): ContractView {
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
  const [row] = await select(db).where(and(eq(contracts.id, id), contractsWithin(reach)));
  if (!row) return undefined;
  const [months, equipment, services] = await Promise.all([
    contractsMonth(db, [id], month, at),
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
    ...view(row, reach, months.get(id) as ContractMonth),
    equipment: equipment.map(({ contractId: _, ...item }) => item),
    services,
  };
}
