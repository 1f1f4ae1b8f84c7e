/** Disputes as both sides, the desks and the regulator read them, newest first; narrowed by the reader's reach. */
import { and, desc, eq, lt } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import type { Currency } from '../bank/rules.ts';
import type { Act } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Database, Tx } from '../connect/database.ts';
import { careWithin } from '../connect/division.ts';
import type { Reach } from '../connect/reach.ts';
import { unseal } from '../connect/seal.ts';
import { orders } from '../orders/schema.ts';
import { maskName } from '../people/mask.ts';
import { persons } from '../people/schema.ts';
import {
  type DisputeOutcome,
  type DisputeReason,
  type DisputeState,
  type DisputeStep,
  hindranceOf,
} from './rules.ts';
import { disputeStepRows, disputes } from './schema.ts';

export interface DisputeView {
  id: string;
  orderId: string;
  orderNumber: string;
  serviceCode: string;
  startAt: Date;
  /** Masked unless the reader is of the elder's side. */
  elderName: string;
  districtCode: string;
  providerId: string | null;
  state: DisputeState;
  reasonCode: DisputeReason;
  openedRole: string;
  openedAt: Date;
  currency: Currency;
  /** Minutes or fen at stake. */
  amount: number;
  isSuspended: boolean;
  needsSecond: boolean;
  outcome: DisputeOutcome | null;
  paid: number | null;
  decidedAt: Date | null;
}

export interface DisputeDetail extends DisputeView {
  /** What the elder's side said; it and the steps' words are not for the helper's side. */
  text: string | null;
  /** Why it was decided so: for both sides, once it is. */
  decision: string | null;
  steps: {
    step: DisputeStep;
    at: Date;
    outcome: DisputeOutcome | null;
    paid: number | null;
    text: string | null;
  }[];
  /** Whether the reader may decide, or agree as the second person. */
  mayDecide: boolean;
}

export interface DisputeSearch {
  state?: DisputeState;
  id?: string;
  orderId?: string;
  /** Older than this one. */
  before?: string | null;
}

async function rowsOf(db: Database | Tx, reach: Reach, search: DisputeSearch, limit: number) {
  return db
    .select({
      dispute: disputes,
      number: orders.number,
      serviceCode: orders.serviceCode,
      startAt: orders.startAt,
      elderName: persons.name,
    })
    .from(disputes)
    .innerJoin(orders, eq(orders.id, disputes.orderId))
    .innerJoin(persons, eq(persons.id, disputes.elderId))
    .where(
      and(
        careWithin(disputes, reach),
        search.state ? eq(disputes.state, search.state) : undefined,
        search.id ? eq(disputes.id, search.id) : undefined,
        search.orderId ? eq(disputes.orderId, search.orderId) : undefined,
        search.before ? lt(disputes.id, search.before) : undefined,
      ),
    )
    .orderBy(desc(disputes.id))
    .limit(limit);
}

type Row = Awaited<ReturnType<typeof rowsOf>>[number];

function viewOf({ dispute, number, serviceCode, startAt, elderName }: Row, reach: Reach): DisputeView {
  const { id, orderId, districtCode, providerId, state, reasonCode, openedRole, openedAt } = dispute;
  const { currency, amount, isSuspended, needsSecond, outcome, paid, decidedAt } = dispute;
  // What is only proposed is not yet for the two sides.
  const isKnown = state === 'decided' || isDesk(reach);
  return {
    id,
    orderId,
    orderNumber: String(number),
    serviceCode,
    startAt,
    elderName: reach.kind === 'elders' ? elderName : maskName(elderName),
    districtCode,
    providerId,
    state: isKnown || state === 'open' ? state : 'open',
    reasonCode,
    openedRole,
    openedAt,
    currency,
    amount,
    isSuspended,
    needsSecond: isKnown && needsSecond,
    outcome: isKnown ? outcome : null,
    paid: isKnown ? paid : null,
    decidedAt,
  };
}

const isDesk = (reach: Reach): boolean => reach.kind === 'area' || reach.kind === 'all';

/** At most `limit` disputes within reach. */
export async function listDisputes(
  db: Database | Tx,
  reach: Reach,
  search: DisputeSearch,
  limit: number,
): Promise<DisputeView[]> {
  return (await rowsOf(db, reach, search, limit)).map((row) => viewOf(row, reach));
}

/** One dispute within reach with all that the reader may know; a desk's reading is recorded. Undefined out of reach. */
export async function findDispute(
  tx: Database | Tx,
  act: Act,
  reader: { reach: Reach; personId: string | null },
  id: string,
): Promise<DisputeDetail | undefined> {
  const { reach, personId } = reader;
  const [row] = await rowsOf(tx, reach, { id }, 1);
  if (!row) return undefined;
  const { dispute } = row;
  const atDesk = isDesk(reach);
  if (atDesk) await writeAudit(tx, act, [{ action: 'person.read', personId: dispute.elderId, recordId: id }]);
  const steps = await tx
    .select()
    .from(disputeStepRows)
    .where(anyOf(disputeStepRows.disputeId, [id]))
    .orderBy(disputeStepRows.position);
  const isFree = hindranceOf({ actorId: act.actorId, personId }, dispute) === null;
  return {
    ...viewOf(row, reach),
    text: atDesk || reach.kind === 'elders' ? unseal(dispute.textSealed) : null,
    decision: atDesk || dispute.state === 'decided' ? unseal(dispute.decisionSealed) : null,
    steps: steps
      .filter(({ step }) => atDesk || step === 'opened' || step === 'decided')
      .map(({ step, at, outcome, paid, textSealed }) => ({
        step,
        at,
        outcome,
        paid,
        text: atDesk && step !== 'opened' ? unseal(textSealed) : null,
      })),
    mayDecide:
      atDesk &&
      (act.role === 'dispatcher' || act.role === 'regulator') &&
      isFree &&
      (dispute.state === 'open' || (dispute.state === 'proposed' && dispute.decidedBy !== act.actorId)),
  };
}
