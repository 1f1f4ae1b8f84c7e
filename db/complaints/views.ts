/** Complaints as the elder's side, those they are about, and the desks read them, newest first; narrowed by reach. */
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import type { Act } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Database, Tx } from '../connect/database.ts';
import { careWithin } from '../connect/division.ts';
import type { Reach } from '../connect/reach.ts';
import { unseal } from '../connect/seal.ts';
import { orders } from '../orders/schema.ts';
import { maskName } from '../people/mask.ts';
import { persons } from '../people/schema.ts';
import { users } from '../people/signin.schema.ts';
import type { ComplaintKind, ComplaintOutcome, ComplaintState, ComplaintStep } from './rules.ts';
import { complaintStepRows, complaints } from './schema.ts';

export interface ComplaintView {
  id: string;
  orderId: string;
  orderNumber: string;
  serviceCode: string;
  /** Masked unless the reader is of the elder's side. */
  elderName: string;
  providerId: string | null;
  districtCode: string;
  kind: ComplaintKind;
  state: ComplaintState;
  outcome: ComplaintOutcome | null;
  at: Date;
  dueAt: Date;
  isOverdue: boolean;
  assignedTo: string | null;
  decidedAt: Date | null;
}

export interface ComplaintDetail extends ComplaintView {
  /** What was complained of; not for those it is about, who are told what kind it is. */
  text: string | null;
  answer: string | null;
  decision: string | null;
  steps: { step: ComplaintStep; at: Date }[];
}

export interface ComplaintSearch {
  state?: ComplaintState;
  id?: string;
  /** Older than this one. */
  before?: string | null;
}

const rowsOf = (db: Database | Tx, reach: Reach, search: ComplaintSearch, limit: number) =>
  db
    .select({
      complaint: complaints,
      number: orders.number,
      serviceCode: orders.serviceCode,
      elderName: persons.name,
      assignee: users.name,
    })
    .from(complaints)
    .innerJoin(orders, eq(orders.id, complaints.orderId))
    .innerJoin(persons, eq(persons.id, complaints.elderId))
    .leftJoin(users, sql`${users.id}::text = ${complaints.assignedTo}`)
    .where(
      and(
        careWithin(complaints, reach),
        search.state ? eq(complaints.state, search.state) : undefined,
        search.id ? eq(complaints.id, search.id) : undefined,
        search.before ? lt(complaints.id, search.before) : undefined,
      ),
    )
    .orderBy(desc(complaints.id))
    .limit(limit);

function viewOf(row: Awaited<ReturnType<typeof rowsOf>>[number], reach: Reach, at: Date): ComplaintView {
  const { complaint, number, serviceCode, elderName, assignee } = row;
  return {
    id: complaint.id,
    orderId: complaint.orderId,
    orderNumber: String(number),
    serviceCode,
    elderName: reach.kind === 'elders' ? elderName : maskName(elderName),
    providerId: complaint.providerId,
    districtCode: complaint.districtCode,
    kind: complaint.kind,
    state: complaint.state,
    outcome: complaint.outcome,
    at: complaint.at,
    dueAt: complaint.dueAt,
    isOverdue: complaint.state !== 'decided' && complaint.dueAt < at,
    assignedTo: assignee,
    decidedAt: complaint.decidedAt,
  };
}

/** At most `limit` complaints within reach; overdue as of `at`. */
export async function listComplaints(
  db: Database | Tx,
  reach: Reach,
  search: ComplaintSearch,
  limit: number,
  at: Date,
): Promise<ComplaintView[]> {
  return (await rowsOf(db, reach, search, limit)).map((row) => viewOf(row, reach, at));
}

/** One complaint within reach with what was said, as far as the reader may know; a desk's reading is recorded. */
export async function findComplaint(
  tx: Database | Tx,
  act: Act,
  reach: Reach,
  id: string,
): Promise<ComplaintDetail | undefined> {
  const [row] = await rowsOf(tx, reach, { id }, 1);
  if (!row) return undefined;
  const { complaint } = row;
  const atDesk = reach.kind === 'area' || reach.kind === 'all';
  if (atDesk)
    await writeAudit(tx, act, [{ action: 'person.read', personId: complaint.elderId, recordId: id }]);
  const steps = await tx
    .select({ step: complaintStepRows.step, at: complaintStepRows.at })
    .from(complaintStepRows)
    .where(anyOf(complaintStepRows.complaintId, [id]))
    .orderBy(complaintStepRows.position);
  const isOver = complaint.state === 'decided';
  return {
    ...viewOf(row, reach, act.at),
    text: atDesk || reach.kind === 'elders' ? unseal(complaint.textSealed) : null,
    answer: atDesk || reach.kind === 'provider' || isOver ? unseal(complaint.answerSealed) : null,
    decision: unseal(complaint.decisionSealed),
    steps,
  };
}
