/** Complaints as the elder's side, those they are about, and the desks read them, newest first; narrowed by reach. */
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import type { Act, Role } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Database, Tx } from '../connect/database.ts';
import { careWithin } from '../connect/division.ts';
import type { Reach } from '../connect/reach.ts';
import { unseal } from '../connect/seal.ts';
import { hindranceOf } from '../disputes/rules.ts';
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
  startAt: Date;
  visitId: string | null;
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
  steps: ComplaintStepView[];
  /** Whether the reader may decide it: a dispatcher or regulator who neither took it nor served. */
  mayDecide: boolean;
}

/** A step by whoever took it: the role, and for the desks the name of a desk's or a provider's account. */
export interface ComplaintStepView {
  step: ComplaintStep;
  at: Date;
  role: Role;
  name: string | null;
}

export interface ComplaintSearch {
  state?: ComplaintState;
  id?: string;
  orderId?: string;
  elderId?: string;
  /** Older than this one. */
  before?: string | null;
}

const rowsOf = (db: Database | Tx, reach: Reach, search: ComplaintSearch, limit: number) =>
  db
    .select({
      complaint: complaints,
      number: orders.number,
      serviceCode: orders.serviceCode,
      startAt: orders.startAt,
      elderName: persons.name,
      assignee: users.name,
    })
    .from(complaints)
    .innerJoin(orders, eq(orders.id, complaints.orderId))
    .innerJoin(persons, eq(persons.id, complaints.elderId))
    .leftJoin(users, sql`${users.id} = ${complaints.assignedTo}::uuid`)
    .where(
      and(
        careWithin(complaints, reach),
        search.state ? eq(complaints.state, search.state) : undefined,
        search.id ? eq(complaints.id, search.id) : undefined,
        search.orderId ? eq(complaints.orderId, search.orderId) : undefined,
        search.elderId ? eq(complaints.elderId, search.elderId) : undefined,
        search.before ? lt(complaints.id, search.before) : undefined,
      ),
    )
    .orderBy(desc(complaints.id))
    .limit(limit);

function viewOf(row: Awaited<ReturnType<typeof rowsOf>>[number], reach: Reach, at: Date): ComplaintView {
  const { complaint, number, serviceCode, startAt, elderName, assignee } = row;
  return {
    id: complaint.id,
    orderId: complaint.orderId,
    orderNumber: String(number),
    serviceCode,
    startAt,
    visitId: complaint.visitId,
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
  reader: { reach: Reach; personId: string | null },
  id: string,
): Promise<ComplaintDetail | undefined> {
  const { reach, personId } = reader;
  const [row] = await rowsOf(tx, reach, { id }, 1);
  if (!row) return undefined;
  const { complaint } = row;
  const atDesk = reach.kind === 'area' || reach.kind === 'all';
  if (atDesk)
    await writeAudit(tx, act, [{ action: 'person.read', personId: complaint.elderId, recordId: id }]);
  const isOver = complaint.state === 'decided';
  return {
    ...viewOf(row, reach, act.at),
    text: atDesk || reach.kind === 'elders' ? unseal(complaint.textSealed) : null,
    answer: atDesk || reach.kind === 'provider' || isOver ? unseal(complaint.answerSealed) : null,
    decision: unseal(complaint.decisionSealed),
    steps: await stepsOf(tx, id, atDesk),
    mayDecide:
      !isOver &&
      (act.role === 'dispatcher' || act.role === 'regulator') &&
      hindranceOf(
        { actorId: act.actorId, personId },
        { openedBy: complaint.by, helperIds: complaint.helperIds },
      ) === null,
  };
}

/** Whose accounts bear the name of a place or of whoever works there, and not an elder's or a relative's. */
const named: readonly Role[] = ['provider', 'station', 'dispatcher', 'regulator'];

/** The steps of a complaint in their order; who is no account of the city is the system. */
async function stepsOf(tx: Database | Tx, id: string, withNames: boolean): Promise<ComplaintStepView[]> {
  const rows = await tx
    .select({
      step: complaintStepRows.step,
      at: complaintStepRows.at,
      role: users.role,
      name: users.name,
    })
    .from(complaintStepRows)
    .leftJoin(
      users,
      sql`${users.id} = case when ${complaintStepRows.actorId} ~ '^[0-9a-f-]{36}$' then ${complaintStepRows.actorId}::uuid end`,
    )
    .where(anyOf(complaintStepRows.complaintId, [id]))
    .orderBy(complaintStepRows.position);
  return rows.map(({ role, name, ...step }) => ({
    ...step,
    role: role ?? 'system',
    name: withNames && role && named.includes(role) ? name : null,
  }));
}
