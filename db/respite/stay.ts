/** The one way a stay changes (S6): row locked, change checked, written with its history and announced. */
import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { record } from '../events/events.ts';
import { mayStayBecome, type StayState } from './rules.ts';
import { stayHistory, stays } from './schema.ts';

export type StayRow = typeof stays.$inferSelect;

/** Locks a stay until the transaction ends; refuses with `not_found`. */
export async function lockStay(tx: Tx, id: string): Promise<StayRow> {
  const [stay] = await tx.select().from(stays).where(eq(stays.id, id)).for('update');
  return stay ?? refuse('not_found', 'id');
}

/** Refuses unless the stay is in one of the states; the refusal names the state it is in. */
export function expectStay(stay: StayRow, states: readonly StayState[]): void {
  if (!states.includes(stay.state)) refuse('wrong_state', 'state', { state: stay.state });
}

/** Begins a stay as it is. */
export async function beginStay(tx: Tx, act: Act, stay: StayRow): Promise<StayRow> {
  await insertRows(tx, stays, [stay]);
  await tell(tx, act, stay, null, null);
  return stay;
}

/** Moves a locked stay; refuses with `wrong_state` a change that is not in the table of transitions. */
export async function moveStay(
  tx: Tx,
  act: Act,
  stay: StayRow,
  to: StayState,
  set: Partial<StayRow> = {},
  reason: string | null = null,
): Promise<StayRow> {
  if (!mayStayBecome(stay.state, to)) refuse('wrong_state', 'state', { state: stay.state });
  const moved = { ...stay, answerBy: null, ...set, state: to, version: stay.version + 1, updatedAt: act.at };
  await tx.update(stays).set(moved).where(eq(stays.id, stay.id));
  await tell(tx, act, moved, stay.state, reason);
  return moved;
}

async function tell(tx: Tx, act: Act, stay: StayRow, from: StayState | null, reason: string | null) {
  await insertRows(tx, stayHistory, [
    {
      id: newId(act.at),
      stayId: stay.id,
      version: stay.version,
      fromState: from,
      toState: stay.state,
      at: act.at,
      actorId: act.actorId,
      actorRole: act.role,
      onBehalfOf: act.onBehalfOf,
      reason,
    },
  ]);
  await record(tx, act, [
    {
      kind: 'stay',
      recordId: stay.id,
      personIds: [stay.elderId],
      detail: { state: stay.state, district: stay.areaCode.slice(0, 6), provider: stay.providerId },
    },
  ]);
}

/** Locks offers of beds whose time to answer is over; those that somebody holds are skipped. */
export function lockUnanswered(
  tx: Tx,
  at: Date,
  limit: number,
  except: readonly string[],
): Promise<StayRow[]> {
  return tx
    .select()
    .from(stays)
    .where(and(eq(stays.state, 'offered'), lte(stays.answerBy, at), notAmong(except)))
    .orderBy(asc(stays.answerBy))
    .limit(limit)
    .for('update', { skipLocked: true });
}

/** Locks booked stays that began on a day before `day`, whose guest has not arrived. */
export function lockNotArrived(
  tx: Tx,
  day: string,
  limit: number,
  except: readonly string[],
): Promise<StayRow[]> {
  return tx
    .select()
    .from(stays)
    .where(
      and(inArray(stays.state, ['booked']), sql`lower(${stays.nights}) <= ${day}::date`, notAmong(except)),
    )
    .orderBy(sql`lower(${stays.nights})`)
    .limit(limit)
    .for('update', { skipLocked: true });
}

const notAmong = (except: readonly string[]) => sql`${stays.id} <> all (${`{${except.join(',')}}`}::uuid[])`;
