/**
 * Absences: somebody cannot come for a time. What they have promised in it is given to others in the same transaction,
 * or nothing is recorded, so that no elder is left without a helper unknowingly.
 */

import { and, eq, gt, isNull } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { clockText } from '../connect/days.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { seal } from '../connect/seal.ts';
import { record } from '../events/events.ts';
import { sendMessages } from '../messages/send.ts';
import { withdrawOffers } from '../orders/offer.ts';
import { lockPersons } from '../people/lockPersons.ts';
import { type Booked, bookedOf } from './bookedOf.ts';
import type { Helper } from './helperOf.ts';
import type { AbsenceKind } from './rules.ts';
import { absences } from './schema.ts';

export interface AbsenceInput {
  helper: Helper;
  kind: AbsenceKind;
  startAt: Date;
  endAt: Date;
  reason: string | null;
  /** Visits promised in it go to others; without it they stand in its way. Whoever is sick is asked nothing. */
  redispatch: boolean;
}

export interface Absence {
  id: string;
  /** What went back to be offered anew. */
  redispatched: Booked[];
}

const DAY = 86_400_000;
/** An absence begins at most this long before it is recorded, and ends at most this long after it begins. */
const MOST_DAYS_BACK = 31;
const MOST_DAYS = 366;
/** So many of the visits in the way are named in a refusal. */
const MOST_NAMED = 5;

/**
 * Records absences, all or none. Refuses with `visits_booked` where visits are promised in one and may not be given to
 * others, with `visit_running` where one has begun, and with `absence_overlaps` a second absence at the same time.
 */
export async function recordAbsences(tx: Tx, act: Act, items: readonly AbsenceInput[]): Promise<Absence[]> {
  if (items.length === 0) return [];
  for (const item of items) expectTimes(item, act);
  const spans = items.map(({ helper, startAt, endAt }) => ({ personId: helper.personId, startAt, endAt }));
  const free = async () => {
    const booked = await bookedOf(tx, spans);
    for (const item of items) expectFree(item, booked);
    await withdrawOffers(
      tx,
      act,
      [...new Set(booked.map((visit) => visit.orderId))].map((orderId) => ({ orderId, reason: 'absent' })),
    );
    return booked;
  };
  // Orders are locked before persons, as everywhere; from the second on no promise of theirs can come between.
  const before = await free();
  await lockPersons(
    tx,
    spans.map((span) => span.personId),
  );
  const redispatched = [...before, ...(await free())];
  const rows = items.map((item) => ({
    id: newId(act.at),
    personId: item.helper.personId,
    kind: item.kind,
    startAt: item.startAt,
    endAt: item.endAt,
    reasonSealed: seal(item.reason),
    recordedBy: act.actorId,
    recordedAt: act.at,
  }));
  await insertRows(tx, absences, rows);
  await writeAudit(
    tx,
    act,
    rows.map((row) => ({
      action: 'absence.recorded',
      personId: row.personId,
      recordId: row.id,
      detail: { kind: row.kind, redispatched: redispatched.filter(isOf(row)).length },
    })),
  );
  await record(
    tx,
    act,
    rows.map((row) => ({ kind: 'carer' as const, recordId: row.personId, personIds: [row.personId] })),
  );
  await tellProviders(tx, act, items, rows, redispatched);
  return rows.map((row) => ({ id: row.id, redispatched: redispatched.filter(isOf(row)) }));
}

const isOf =
  ({ personId, startAt, endAt }: { personId: string; startAt: Date; endAt: Date }) =>
  (visit: Booked): boolean =>
    visit.personId === personId &&
    visit.startAt < endAt &&
    visit.startAt.getTime() + visit.minutes * 60_000 > startAt.getTime();

function expectTimes({ startAt, endAt }: AbsenceInput, act: Act): void {
  if (startAt.getTime() < act.at.getTime() - MOST_DAYS_BACK * DAY) refuse('too_late', 'startAt');
  if (endAt <= startAt || endAt <= act.at) refuse('invalid', 'endAt');
  if (endAt.getTime() - startAt.getTime() > MOST_DAYS * DAY) refuse('invalid', 'endAt', { days: MOST_DAYS });
}

function expectFree(item: AbsenceInput, all: readonly Booked[]): void {
  const booked = all.filter(
    isOf({ personId: item.helper.personId, startAt: item.startAt, endAt: item.endAt }),
  );
  if (booked.some((visit) => visit.isRunning)) refuse('visit_running', 'startAt');
  if (booked.length === 0 || item.redispatch || item.kind === 'sick') return;
  const named = booked.slice(0, MOST_NAMED).map(({ number, startAt }) => `${clockText(startAt)} (${number})`);
  const visits = named.join(', ') + (booked.length > MOST_NAMED ? ' …' : '');
  refuse('visits_booked', 'redispatch', { count: booked.length, visits });
}

/** The provider's desk hears what is being arranged anew for its carers. */
async function tellProviders(
  tx: Tx,
  act: Act,
  items: readonly AbsenceInput[],
  rows: readonly { id: string; personId: string; startAt: Date; endAt: Date }[],
  redispatched: readonly Booked[],
): Promise<void> {
  await sendMessages(
    tx,
    act,
    rows.flatMap((row, i) => {
      const { helper } = items[i] as AbsenceInput;
      const count = redispatched.filter(isOf(row)).length;
      if (!helper.providerId || count === 0) return [];
      return [
        {
          providerId: helper.providerId,
          template: 'leave_redispatch' as const,
          params: { helper: helper.name, count },
          key: row.id,
        },
      ];
    }),
  );
}

/** Ends absences now, or takes them back where they have not begun; refuses one that is over. */
export async function endAbsences(tx: Tx, act: Act, ids: readonly string[]): Promise<void> {
  const ended = await tx
    .update(absences)
    .set({ endedAt: act.at })
    .where(and(anyOf(absences.id, ids), isNull(absences.endedAt), gt(absences.endAt, act.at)))
    .returning({ id: absences.id, personId: absences.personId });
  if (ended.length < new Set(ids).size) refuse('already_done', 'id');
  await writeAudit(
    tx,
    act,
    ended.map((row) => ({ action: 'absence.ended', personId: row.personId, recordId: row.id })),
  );
  await record(
    tx,
    act,
    ended.map((row) => ({ kind: 'carer' as const, recordId: row.personId, personIds: [row.personId] })),
  );
}

/** Whose absence it is; refuses with `not_found`. */
export async function absentPerson(tx: Tx, id: string): Promise<string> {
  const [row] = await tx.select({ personId: absences.personId }).from(absences).where(eq(absences.id, id));
  return row?.personId ?? refuse('not_found', 'id');
}
