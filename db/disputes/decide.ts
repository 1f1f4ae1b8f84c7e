/**
 * Deciding a dispute (S10): the helper's side is paid in full or in part, or all goes back. What is at stake above the
 * policy's threshold takes a second person. Who opened it and who served decide nothing; the database keeps to that too.
 */
import { asc, sql } from 'drizzle-orm';
import { release, resume } from '../bank/post.ts';
import { type Act, refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { byteaText } from '../connect/insertRows.ts';
import { seal } from '../connect/seal.ts';
import { lockOrders, type OrderRow, transition, visitIdsOf } from '../orders/transition.ts';
import { markDue } from '../quality/due.ts';
import { giveRespiteBack } from '../respite/quota.ts';
import { currentPolicy } from '../services/policies.ts';
import { confirmVisits, fullPayOf } from '../visits/confirm.ts';
import { closeVisits } from '../visits/plan.ts';
import { type DisputeOutcome, hindranceOf, needsSecond } from './rules.ts';
import { disputes } from './schema.ts';
import { type DisputeRow, takeDisputeStep } from './steps.ts';
import { tellOfDisputes } from './telling.ts';

export interface Decision {
  disputeId: string;
  outcome: DisputeOutcome;
  /** Of a part: minutes or fen, at least 1 and less than what is at stake. */
  amount?: number;
  /** Why it is decided so, for both sides. */
  text: string;
}

export interface SecondWord {
  disputeId: string;
  approve: boolean;
  text: string | null;
}

interface LockedDisputes {
  rows: DisputeRow[];
  orders: Map<string, OrderRow>;
}

async function lockDisputes(tx: Tx, ids: readonly string[]): Promise<LockedDisputes> {
  const wanted = [...new Set(ids)];
  const found = await tx
    .select({ orderId: disputes.orderId })
    .from(disputes)
    .where(anyOf(disputes.id, wanted));
  if (found.length < wanted.length) refuse('not_found', 'id');
  const orders = await lockOrders(
    tx,
    found.map((row) => row.orderId),
  );
  const rows = await tx
    .select()
    .from(disputes)
    .where(anyOf(disputes.id, wanted))
    .orderBy(asc(disputes.id))
    .for('update');
  return { rows, orders };
}

function expectDecider(act: Act, personId: string | null, rows: readonly DisputeRow[]): void {
  for (const row of rows) {
    const hindrance = hindranceOf({ actorId: act.actorId, personId }, row);
    if (hindrance) refuse(hindrance, 'id');
  }
}

/**
 * Decides open disputes, all or none; those above the threshold wait for a second person. `personId` is the person of
 * whoever decides. Refuses with `already_done` what is decided or proposed, `own_request` and `not_yours` who may not.
 */
export async function decideDisputes(
  tx: Tx,
  act: Act,
  personId: string | null,
  decisions: readonly Decision[],
): Promise<DisputeRow[]> {
  const { rows, orders } = await lockDisputes(
    tx,
    decisions.map((decision) => decision.disputeId),
  );
  for (const row of rows) if (row.state !== 'open') refuse('already_done', 'state', { state: row.state });
  expectDecider(act, personId, rows);
  const [{ body: policy }, full] = await Promise.all([
    currentPolicy(tx, 'orders', act.at),
    fullPayOf(tx, [...orders.values()]),
  ]);
  const byId = new Map(decisions.map((decision) => [decision.disputeId, decision]));
  const decided = rows.map((row): DisputeRow => {
    const decision = byId.get(row.id) as Decision;
    const second = needsSecond(row.amount, row.currency, policy.disputes);
    return {
      ...row,
      state: second ? 'proposed' : 'decided',
      outcome: decision.outcome,
      paid: paidBy(decision, row, full.get(row.orderId) ?? row.amount),
      decisionSealed: seal(decision.text),
      decidedBy: act.actorId,
      needsSecond: second,
      decidedAt: second ? null : act.at,
    };
  });
  await writeDisputes(tx, decided);
  await stepWithText(
    tx,
    act,
    'proposed',
    decided.filter((row) => row.state === 'proposed'),
  );
  await carryOut(
    tx,
    act,
    decided.filter((row) => row.state === 'decided'),
    orders,
  );
  return decided;
}

/** The second person's word on a proposed decision; a refused one leaves the dispute open. Refuses who proposed or opened it. */
export async function secondDispute(
  tx: Tx,
  act: Act,
  personId: string | null,
  word: SecondWord,
): Promise<DisputeRow> {
  const { rows, orders } = await lockDisputes(tx, [word.disputeId]);
  const [row] = rows as [DisputeRow];
  if (row.state !== 'proposed') refuse('already_done', 'state', { state: row.state });
  expectDecider(act, personId, rows);
  if (row.decidedBy === act.actorId) refuse('needs_second_person', 'id');
  if (word.approve) {
    const decided: DisputeRow = { ...row, state: 'decided', secondBy: act.actorId, decidedAt: act.at };
    await writeDisputes(tx, [decided]);
    await carryOut(tx, act, [decided], orders);
    return decided;
  }
  await takeDisputeStep(tx, act, 'refused', [{ dispute: row, textSealed: seal(word.text) }]);
  const reopened: DisputeRow = {
    ...row,
    state: 'open',
    outcome: null,
    paid: null,
    decisionSealed: null,
    decidedBy: null,
    needsSecond: false,
  };
  await writeDisputes(tx, [reopened]);
  return reopened;
}

/** Minutes or fen that a decision pays. */
function paidBy({ outcome, amount }: Decision, row: DisputeRow, full: number): number {
  if (outcome === 'nothing') return 0;
  if (outcome === 'all') return full;
  if (!amount || amount < 1 || amount >= row.amount)
    refuse('invalid', 'amount', { min: 1, max: row.amount - 1 });
  return amount;
}

const stepWithText = (tx: Tx, act: Act, step: 'proposed' | 'decided', rows: readonly DisputeRow[]) =>
  takeDisputeStep(
    tx,
    act,
    step,
    rows.map((dispute) => ({ dispute, textSealed: dispute.decisionSealed })),
  );

/** Takes what is at stake out of suspense, and pays it or gives it back. */
async function carryOut(
  tx: Tx,
  act: Act,
  decided: readonly DisputeRow[],
  orders: ReadonlyMap<string, OrderRow>,
): Promise<void> {
  if (decided.length === 0) return;
  await resume(
    tx,
    act,
    decided.map((row) => row.orderId),
  );
  const paid = decided.filter((row) => row.outcome !== 'nothing');
  await confirmVisits(
    tx,
    act,
    paid.map(({ orderId, paid }) => ({ orderId, pays: paid ?? undefined })),
    'dispute_decided',
    ordersOf(paid, orders),
  );
  await giveBack(
    tx,
    act,
    decided.filter((row) => row.outcome === 'nothing'),
    orders,
  );
  await stepWithText(tx, act, 'decided', decided);
  await tellOfDisputes(tx, act, 'dispute_decided', decided, orders);
}

const ordersOf = (rows: readonly DisputeRow[], orders: ReadonlyMap<string, OrderRow>) =>
  new Map(rows.map(({ orderId }) => [orderId, orders.get(orderId) as OrderRow]));

/** Ends orders without pay. A visit that nobody came to counts as missed, any other not at all. */
async function giveBack(
  tx: Tx,
  act: Act,
  rows: readonly DisputeRow[],
  orders: ReadonlyMap<string, OrderRow>,
): Promise<void> {
  if (rows.length === 0) return;
  const orderIds = rows.map((row) => row.orderId);
  const visitsOf = (some: readonly DisputeRow[]) => visitIdsOf(ordersOf(some, orders).values());
  const notCome = rows.filter((row) => row.reasonCode === 'not_come');
  const missed = await closeVisits(tx, act, visitsOf(notCome), 'missed');
  await closeVisits(tx, act, visitsOf(rows.filter((row) => row.reasonCode !== 'not_come')), 'cancelled');
  await markDue(tx, act, missed);
  await release(tx, act, orderIds);
  await giveRespiteBack(tx, orderIds);
  await transition(
    tx,
    act,
    ordersOf(rows, orders),
    orderIds.map((orderId) => ({
      orderId,
      to: 'cancelled',
      reason: 'dispute_decided',
      set: { dueAt: null },
    })),
  );
}

/** Writes what a decision changes of disputes. */
async function writeDisputes(tx: Tx, rows: readonly DisputeRow[]): Promise<void> {
  const changed = rows.map((row) => ({
    id: row.id,
    state: row.state,
    outcome: row.outcome,
    paid: row.paid,
    decision: row.decisionSealed && byteaText(row.decisionSealed),
    decided_by: row.decidedBy,
    second_by: row.secondBy,
    needs_second: row.needsSecond,
    decided_at: row.decidedAt,
  }));
  await tx.execute(sql`
    update disputes d set state = m.state, outcome = m.outcome, paid = m.paid, decision_sealed = m.decision,
      decided_by = m.decided_by, second_by = m.second_by, needs_second = m.needs_second, decided_at = m.decided_at
    from jsonb_to_recordset(${JSON.stringify(changed)}::jsonb) as m(id uuid, state text, outcome text, paid bigint,
      decision bytea, decided_by text, second_by text, needs_second boolean, decided_at timestamptz)
    where d.id = m.id`);
}
