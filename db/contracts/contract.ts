/**
 * Contracts for family care beds (S12): drafted by the provider, in force once the elder's side and the provider have
 * both signed, ended with a reason at once or with notice. The database keeps at most one active contract an elder and day.
 */
import { and, eq, lte, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { dayOf } from '../connect/days.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { record } from '../events/events.ts';
import { eldersToServe } from '../people/eldersToServe.ts';
import { expectLiving } from '../people/living.ts';
import type { ContractState, EndReason, EquipmentState, Signer } from './rules.ts';
import { contractEquipment, contractHistory, contractServices, contracts } from './schema.ts';
import { tellOfDrafts } from './telling.ts';

export type ContractRow = typeof contracts.$inferSelect;

export interface NewEquipment {
  code: string;
  name: string;
  serial: string;
}

export interface Draft {
  elderId: string;
  providerId: string;
  /** `YYYY-MM-DD`. */
  startsOn: string;
  /** The first day on which it no longer holds; null: until it is ended. */
  endsOn: string | null;
  leastVisits: number;
  services: readonly { serviceCode: string; timesAMonth: number }[];
  equipment: readonly NewEquipment[];
  /** SHA-256 of the document, hexadecimal. */
  documentDigest: string;
}

/** Writes contracts down as drafts, all or none, with what is promised and installed. */
export async function draftContracts(tx: Tx, act: Act, drafts: readonly Draft[]): Promise<ContractRow[]> {
  const elderIds = [...new Set(drafts.map((draft) => draft.elderId))];
  await expectLiving(tx, elderIds, 'elderId');
  const elders = await eldersToServe(tx, elderIds);
  const rows = drafts.map(({ services, equipment: _, ...draft }): ContractRow => {
    const areaCode = elders.get(draft.elderId)?.areaCode ?? refuse('not_found', 'elderId');
    if (draft.endsOn !== null && draft.endsOn <= draft.startsOn) refuse('invalid', 'endsOn');
    if (new Set(services.map((one) => one.serviceCode)).size < services.length) refuse('invalid', 'services');
    return {
      ...draft,
      id: newId(act.at),
      state: 'draft',
      areaCode,
      elderSignedBy: null,
      elderSignedAt: null,
      providerSignedBy: null,
      providerSignedAt: null,
      endReason: null,
      createdAt: act.at,
      updatedAt: act.at,
      version: 1,
    };
  });
  await insertRows(tx, contracts, rows);
  const parts = rows.map((row, i) => ({ contractId: row.id, draft: drafts[i] as Draft }));
  await insertRows(
    tx,
    contractServices,
    parts.flatMap(({ contractId, draft }) => draft.services.map((service) => ({ contractId, ...service }))),
  );
  await insertRows(
    tx,
    contractEquipment,
    parts.flatMap(({ contractId, draft }) => draft.equipment.map((item) => newItem(act, contractId, item))),
  );
  await tell(tx, act, rows, 'drafted');
  await tellOfDrafts(tx, act, rows);
  return rows;
}

const newItem = (act: Act, contractId: string, item: NewEquipment) => ({
  ...item,
  id: newId(act.at),
  contractId,
  state: 'installed' as const,
  installedAt: act.at,
  returnedAt: null,
});

/** Locks contracts until the transaction ends; refuses with `not_found`. */
export async function lockContracts(tx: Tx, ids: readonly string[]): Promise<ContractRow[]> {
  const rows = await tx
    .select()
    .from(contracts)
    .where(sql`${contracts.id} = any (${`{${ids.join(',')}}`}::uuid[])`)
    .orderBy(contracts.id)
    .for('update');
  if (rows.length < new Set(ids).size) refuse('not_found', 'id');
  return rows;
}

/**
 * Signs locked drafts for one side; with both signatures they are in force. Refuses a side that has signed already
 * (`already_done`) and a second contract of an elder for the same days.
 */
export async function signContracts(
  tx: Tx,
  act: Act,
  locked: readonly ContractRow[],
  signer: Signer,
): Promise<ContractRow[]> {
  const signed = locked.map((contract): ContractRow => {
    if (contract.state !== 'draft') refuse('wrong_state', 'state', { state: contract.state });
    if (contract[`${signer}SignedAt`]) refuse('already_done', 'signer');
    const signature = { [`${signer}SignedBy`]: act.actorId, [`${signer}SignedAt`]: act.at };
    const after = { ...contract, ...signature };
    const isWhole = after.elderSignedAt !== null && after.providerSignedAt !== null;
    return { ...after, state: isWhole ? 'active' : 'draft' };
  });
  const written = await write(tx, act, signed);
  await tell(tx, act, written, 'signed', signer);
  return written;
}

/** Why a contract ends, and the first day on which it no longer holds (`YYYY-MM-DD`). */
export interface ContractEnd {
  reason: EndReason;
  on: string;
}

/**
 * Ends locked contracts from a day on, at once where that is the act's day, where the contract would not have begun by
 * then, and of drafts; one in force is otherwise under notice: it holds until then, and why it ends is kept with it.
 * Refuses a day that is past, and notice to a day on which it would be over anyhow (`invalid`).
 */
export async function endContracts(
  tx: Tx,
  act: Act,
  locked: readonly ContractRow[],
  { reason, on }: ContractEnd,
): Promise<ContractRow[]> {
  const today = dayOf(act.at);
  if (on < today) refuse('invalid', 'on');
  const changed = locked.map((contract): ContractRow => {
    if (contract.state === 'ended') refuse('wrong_state', 'state', { state: contract.state });
    const isNotice = contract.state === 'active' && on > today && on > contract.startsOn;
    if (isNotice && contract.endsOn !== null && on >= contract.endsOn) refuse('invalid', 'on');
    const day = isNotice ? on : today;
    const endsOn = contract.endsOn !== null && contract.endsOn < day ? contract.endsOn : day;
    return { ...contract, state: isNotice ? 'active' : 'ended', endReason: reason, endsOn };
  });
  const written = await write(tx, act, changed);
  const inState = (state: ContractState) => written.filter((row) => row.state === state);
  await tell(tx, act, inState('ended'), 'ended', reason);
  await tell(tx, act, inState('active'), 'notice', reason);
  return written;
}

/** Ends locked contracts whose last day is over, for the reason of the notice, or because their time was over. */
export async function runOut(tx: Tx, act: Act, locked: readonly ContractRow[]): Promise<ContractRow[]> {
  const over = locked.map(
    (contract): ContractRow => ({
      ...contract,
      state: 'ended',
      endReason: contract.endReason ?? 'expired',
    }),
  );
  const written = await write(tx, act, over);
  for (const reason of new Set(written.map((row) => row.endReason))) {
    const ofReason = written.filter((row) => row.endReason === reason);
    await tell(tx, act, ofReason, 'ended', reason);
  }
  return written;
}

/** Locks active contracts whose last day is over. */
export function lockRunOut(
  tx: Tx,
  day: string,
  limit: number,
  except: readonly string[],
): Promise<ContractRow[]> {
  return tx
    .select()
    .from(contracts)
    .where(
      and(
        eq(contracts.state, 'active'),
        lte(contracts.endsOn, day),
        sql`${contracts.id} <> all (${`{${except.join(',')}}`}::uuid[])`,
      ),
    )
    .orderBy(contracts.endsOn)
    .limit(limit)
    .for('update', { skipLocked: true });
}

/** Installs another piece of equipment under a locked contract. */
export async function installEquipment(
  tx: Tx,
  act: Act,
  contract: ContractRow,
  item: NewEquipment,
): Promise<void> {
  if (contract.state === 'ended') refuse('wrong_state', 'state', { state: contract.state });
  await insertRows(tx, contractEquipment, [newItem(act, contract.id, item)]);
  await tell(tx, act, [contract], 'equipment', `${item.code} ${item.serial}: installed`);
}

/** Says how a piece of equipment of a locked contract is now; what was returned stays returned. */
export async function markEquipment(
  tx: Tx,
  act: Act,
  contract: ContractRow,
  item: { id: string; state: EquipmentState },
): Promise<void> {
  const [found] = await tx
    .select()
    .from(contractEquipment)
    .where(and(eq(contractEquipment.id, item.id), eq(contractEquipment.contractId, contract.id)))
    .for('update');
  if (!found) refuse('not_found', 'equipmentId');
  if (found.state === 'returned') refuse('wrong_state', 'state', { state: found.state });
  await tx
    .update(contractEquipment)
    .set({ state: item.state, returnedAt: item.state === 'returned' ? act.at : null })
    .where(eq(contractEquipment.id, item.id));
  await tell(tx, act, [contract], 'equipment', `${found.code} ${found.serial}: ${item.state}`);
}

async function write(tx: Tx, act: Act, rows: readonly ContractRow[]): Promise<ContractRow[]> {
  const written = rows.map((row) => ({ ...row, updatedAt: act.at, version: row.version + 1 }));
  await tx.execute(sql`
    update contracts c set state = m.state, ends_on = m.ends_on, elder_signed_by = m.elder_signed_by,
      elder_signed_at = m.elder_signed_at, provider_signed_by = m.provider_signed_by,
      provider_signed_at = m.provider_signed_at, end_reason = m.end_reason, updated_at = m.updated_at, version = m.version
    from jsonb_to_recordset(${JSON.stringify(
      written.map((row) => ({
        id: row.id,
        state: row.state,
        ends_on: row.endsOn,
        elder_signed_by: row.elderSignedBy,
        elder_signed_at: row.elderSignedAt,
        provider_signed_by: row.providerSignedBy,
        provider_signed_at: row.providerSignedAt,
        end_reason: row.endReason,
        updated_at: row.updatedAt,
        version: row.version,
      })),
    )}::jsonb) as m(id uuid, state text, ends_on date, elder_signed_by text, elder_signed_at timestamptz,
      provider_signed_by text, provider_signed_at timestamptz, end_reason text, updated_at timestamptz, version integer)
    where c.id = m.id`);
  return written;
}

/** History, audit and event of a step of contracts. */
export async function tell(
  tx: Tx,
  act: Act,
  rows: readonly {
    id: string;
    elderId: string;
    providerId: string;
    areaCode: string;
    state: ContractState;
  }[],
  step: string,
  reason: string | null = null,
): Promise<void> {
  await insertRows(
    tx,
    contractHistory,
    rows.map((row) => ({
      id: newId(act.at),
      contractId: row.id,
      step,
      at: act.at,
      actorId: act.actorId,
      actorRole: act.role,
      onBehalfOf: act.onBehalfOf,
      reason,
    })),
  );
  await writeAudit(
    tx,
    act,
    rows.map((row) => ({ action: `contract.${step}`, personId: row.elderId, recordId: row.id, reason })),
  );
  await record(
    tx,
    act,
    rows.map((row) => ({
      kind: 'contract',
      recordId: row.id,
      personIds: [row.elderId],
      detail: { state: row.state, provider: row.providerId, district: row.areaCode.slice(0, 6) },
    })),
  );
}
