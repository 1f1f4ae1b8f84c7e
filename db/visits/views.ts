/** Visits as those see them who make them, or whose provider does: address and note belong to the visitor alone. */
import { and, asc, desc, eq, gte, inArray, like, lt, or, sql } from 'drizzle-orm';
import { anyOf } from '../connect/anyOf.ts';
import { compiled } from '../connect/compiled.ts';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { unseal } from '../connect/seal.ts';
import { orders } from '../orders/schema.ts';
import { keysDuring, madeDuring, type OrderTimes } from '../orders/times.ts';
import { maskAddress, maskName, maskPhone } from '../people/mask.ts';
import { persons } from '../people/schema.ts';
import { phoneCode } from './doorCodes.ts';
import { ceilingOf, floorOf } from './floor.ts';
import { type LastWord, lastWordsOf } from './notes.ts';
import { atTwo } from './overlaps.ts';
import type { EvidenceSignal } from './rules.ts';
import { visitEvidence, visits } from './schema.ts';

export interface CheckView {
  /** By the device's own clock. */
  at: Date;
  method: string;
  distanceM: number | null;
  /** 1 … 5, 5 best. */
  trust: number;
  exception: string | null;
  /** Why, as people said it then or afterwards; null with an exception: it still has to be told. */
  reasonCode: string | null;
  signals: EvidenceSignal[];
  /** When we had it, and how far the phone's clock was ahead of ours, seconds; null where it was not sent later. */
  receivedAt: Date;
  skewSeconds: number | null;
}

export interface TaskView {
  code: string;
  done: boolean;
}

export interface VisitView {
  id: string;
  orderId: string;
  serviceCode: string;
  /** A settled visit is finished too; whether it is paid, its order says. */
  state: 'planned' | 'started' | 'finished' | 'missed' | 'cancelled';
  elder: { name: string; address: string; phoneMasked: string; lat: number; lon: number };
  assignee: { personId: string; name: string; kind: 'volunteer' | 'carer' };
  plannedStartAt: Date;
  plannedEndAt: Date;
  checkIn: CheckView | null;
  checkOut: CheckView | null;
  verifiedMinutes: number | null;
  /** Whoever came was at another visit at the same time, by the times that count. */
  atTwoVisits: boolean;
  note: string | null;
  /** 1, or 2 for the second of two who come together. */
  place: number;
  /** The number people say on the telephone. */
  orderNumber: string;
  tasks: TaskView[];
  /** Checks that came after one that stands. */
  superseded: (CheckView & { kind: 'check_in' | 'check_out' })[];
  /** To be said on the home's telephone, for whoever visits; null for others and when it is over. */
  phoneCodes: { checkIn: string; checkOut: string } | null;
}

const visitor = sql`(select name from persons where id = ${visits.personId})`.mapWith(String);

const select = (db: Database | Tx) =>
  db
    .select({
      visit: visits,
      visitorName: visitor,
      name: persons.name,
      phoneSealed: persons.phoneSealed,
      addressSealed: persons.addressSealed,
      positionSealed: persons.positionSealed,
      lat: persons.lat,
      lon: persons.lon,
      noteSealed: orders.noteSealed,
      orderNumber: orders.number,
      tasks: orders.tasks,
    })
    .from(visits)
    .innerJoin(persons, eq(persons.id, visits.elderId))
    .innerJoin(orders, eq(orders.id, visits.orderId));

type Row = Awaited<ReturnType<typeof select>>[number];
type Evidence = typeof visitEvidence.$inferSelect;

function within(reach: Reach) {
  if (reach.kind === 'assignee') return eq(visits.personId, reach.personId);
  if (reach.kind === 'provider') return eq(visits.providerId, reach.providerId);
  if (reach.kind === 'elders') return inArray(visits.elderId, [...reach.elderIds]);
  if (reach.kind === 'area') return like(orders.areaCode, `${reach.areaCode}%`);
  return reach.kind === 'all' ? undefined : sql`false`;
}

function checkOf(
  evidence: readonly Evidence[],
  words: readonly LastWord[],
  visitId: string,
  kind: Evidence['kind'],
): CheckView | null {
  const row = evidence.find((one) => one.visitId === visitId && one.kind === kind && one.outcome === 'taken');
  if (!row) return null;
  const later = words.find((one) => one.visitId === visitId && one.about === kind);
  return { ...checkView(row), reasonCode: later?.reasonCode ?? row.reasonCode };
}

const checkView = (row: Evidence): CheckView => ({
  at: row.deviceAt,
  method: row.method,
  distanceM: row.distanceMetres,
  trust: row.trust,
  exception: row.exception,
  reasonCode: row.reasonCode,
  signals: row.signals,
  receivedAt: row.receivedAt,
  skewSeconds: row.skewSeconds,
});

function elderOf(row: Row, mayKnow: boolean): VisitView['elder'] {
  const address = unseal(row.addressSealed) ?? '';
  const phone = unseal(row.phoneSealed) ?? '';
  const exact = mayKnow ? unseal(row.positionSealed) : null;
  const { lat, lon } = exact ? (JSON.parse(exact) as { lat: number; lon: number }) : row;
  return {
    name: mayKnow ? row.name : maskName(row.name),
    address: mayKnow ? address : maskAddress(address),
    phoneMasked: maskPhone(phone),
    lat,
    lon,
  };
}

/** The evidence of visits that are planned to begin from `since` on, as it came in. */
const evidenceOf = (db: Database | Tx, ids: readonly string[], since: Date): Promise<Evidence[]> =>
  db
    .select()
    .from(visitEvidence)
    .where(and(anyOf(visitEvidence.visitId, ids), gte(visitEvidence.id, floorOf(since))))
    .orderBy(asc(visitEvidence.receivedAt), asc(visitEvidence.id));

async function views(db: Database | Tx, reach: Reach, rows: readonly Row[]): Promise<VisitView[]> {
  const ids = rows.map(({ visit }) => visit.id);
  const since = new Date(Math.min(...rows.map(({ visit }) => visit.plannedStartAt.getTime())));
  const [evidence, words, doubled] = ids.length
    ? await Promise.all([evidenceOf(db, ids, since), lastWordsOf(db, ids, since), atTwo(db, ids)])
    : [[], [], new Set<string>()];
  return rows.map((row) => {
    const { visit } = row;
    const own = reach.kind === 'assignee' && visit.personId === reach.personId;
    const open = visit.state === 'planned' || visit.state === 'started';
    return {
      id: visit.id,
      orderId: visit.orderId,
      serviceCode: visit.serviceCode,
      state: visit.state === 'settled' ? 'finished' : visit.state,
      elder: elderOf(row, reach.kind === 'elders' || (own && open)),
      assignee: { personId: visit.personId, name: row.visitorName, kind: visit.kind },
      plannedStartAt: visit.plannedStartAt,
      plannedEndAt: new Date(visit.plannedStartAt.getTime() + visit.plannedMinutes * 60_000),
      checkIn: checkOf(evidence, words, visit.id, 'check_in'),
      checkOut: checkOf(evidence, words, visit.id, 'check_out'),
      verifiedMinutes: visit.verifiedMinutes,
      atTwoVisits: doubled.has(visit.id),
      note: (own && open) || reach.kind === 'elders' ? unseal(row.noteSealed) : null,
      place: visit.place,
      orderNumber: String(row.orderNumber),
      tasks: row.tasks.map((code) => ({
        code,
        done: words.some((one) => one.visitId === visit.id && one.taskCode === code && one.done),
      })),
      superseded: evidence
        .filter((one) => one.visitId === visit.id && one.outcome === 'superseded')
        .map((one) => ({ kind: one.kind, ...checkView(one) })),
      phoneCodes:
        own && open
          ? { checkIn: phoneCode(visit.id, 'check_in'), checkOut: phoneCode(visit.id, 'check_out') }
          : null,
    };
  });
}

export interface VisitSpan {
  from: Date;
  until: Date;
}

/** Visits within reach that are planned to begin in a span of time, soonest first, at most `limit`. */
export async function listVisits(
  db: Database | Tx,
  reach: Reach,
  span: VisitSpan,
  limit: number,
  after: { plannedStartAt: Date; id: string } | null,
): Promise<VisitView[]> {
  const rows = await select(db)
    .where(
      and(
        within(reach),
        gte(visits.plannedStartAt, span.from),
        lt(visits.plannedStartAt, span.until),
        gte(visits.id, floorOf(span.from)),
        lt(visits.id, ceilingOf(span.until)),
        after
          ? or(
              sql`${visits.plannedStartAt} > ${after.plannedStartAt.toISOString()}::timestamptz`,
              and(eq(visits.plannedStartAt, after.plannedStartAt), sql`${visits.id} > ${after.id}`),
            )
          : undefined,
      ),
    )
    .orderBy(asc(visits.plannedStartAt), asc(visits.id))
    .limit(limit);
  return views(db, reach, rows);
}

/** Some visits within reach, by id; those out of reach are left out. */
export async function findVisits(
  db: Database | Tx,
  reach: Reach,
  ids: readonly string[],
): Promise<Map<string, VisitView>> {
  if (ids.length === 0) return new Map();
  const rows = await select(db).where(and(anyOf(visits.id, [...new Set(ids)]), within(reach)));
  return new Map((await views(db, reach, rows)).map((visit) => [visit.id, visit]));
}

/** One visit within reach; undefined when there is none. */
export async function findVisit(db: Database | Tx, reach: Reach, id: string): Promise<VisitView | undefined> {
  const rows = await select(db)
    .where(and(eq(visits.id, id), within(reach)))
    .limit(1);
  return (await views(db, reach, rows))[0];
}

const lastOfOrder = compiled((db) =>
  select(db)
    .where(and(eq(visits.orderId, sql.placeholder('orderId')), madeDuring(visits.id)))
    .orderBy(desc(visits.plannedStartAt))
    .limit(1),
);

/** The last visit of an order that the caller may see; what it shows of the elder follows the reach. */
export async function visitOfOrder(
  db: Database | Tx,
  reach: Reach,
  order: OrderTimes,
): Promise<VisitView | null> {
  const rows = await lastOfOrder(db, { orderId: order.id, ...keysDuring(order) });
  return (await views(db, reach, rows))[0] ?? null;
}
