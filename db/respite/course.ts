/**
 * The course of a stay (S6, S12): the guest arrives and leaves, the nights slept are paid once; or it is cancelled,
 * refused by the provider, or nobody comes. What was not slept goes back to bed, quota and subsidy.
 */

import { writeAudit } from '../audit/audit.ts';
import { openAccounts, release, settle } from '../bank/post.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { dayOf } from '../connect/days.ts';
import { currentPolicy } from '../services/policies.ts';
import { freeBeds, shortenUse } from './beds.ts';
import { subsidyFen, takeNights } from './book.ts';
import { giveRespiteBack, householdOf } from './quota.ts';
import { arrivalAt, nightCount, nightsOf, nightsStayed } from './rules.ts';
import { expectStay, moveStay, type StayRow } from './stay.ts';

const HOUR = 3_600_000;

/** The guest is there. Refuses before the first day and after the last night. */
export async function arrive(tx: Tx, act: Act, stay: StayRow): Promise<StayRow> {
  expectStay(stay, ['booked']);
  const { first, last } = nightsOf(stay.nights);
  const today = dayOf(act.at);
  if (today < first) refuse('too_early', 'state', { first });
  if (today > last) refuse('too_late', 'state', { last });
  await audited(tx, act, stay, 'stay.arrived');
  return moveStay(tx, act, stay, 'arrived', { arrivedAt: act.at });
}

/** The guest goes home: the nights slept, at least one, are paid out of what was held, and the others are free again. */
export async function leave(tx: Tx, act: Act, stay: StayRow): Promise<StayRow> {
  expectStay(stay, ['arrived']);
  const slept = nightsStayed(nightsOf(stay.nights), dayOf(act.at));
  const count = nightCount(slept);
  await shortenUse(tx, stay.id, slept);
  const { body } = await currentPolicy(tx, 'respite', act.at);
  const household = await householdOf(tx, stay.id, stay.elderId);
  await giveRespiteBack(tx, [stay.id]);
  await takeNights(tx, stay, slept, household, body, true);
  await audited(tx, act, stay, 'stay.left', { nights: count });
  const left = await moveStay(tx, act, stay, 'left', { leftAt: act.at, nightsStayed: count });
  await pay(tx, act, left, count);
  return moveStay(tx, act, left, 'settled');
}

async function pay(tx: Tx, act: Act, stay: StayRow, nights: number): Promise<void> {
  const amount = subsidyFen(stay, nights);
  if (amount === 0) return;
  const bank = await currentPolicy(tx, 'bank', act.at);
  const accounts = await openAccounts(tx, act, [
    { ownerId: stay.providerId as string, kind: 'provider', currency: 'fen' },
  ]);
  const [account] = accounts.values();
  await settle(tx, act, [
    {
      orderId: stay.id,
      approval: 'respite_stay',
      credits: [{ account: account as string, amount }],
      policyId: bank.id,
    },
  ]);
}

/** The family cancels. In time it costs nothing; later the nights count as used, though the bed is free for others. */
export async function cancelStay(tx: Tx, act: Act, stay: StayRow, reason: string): Promise<StayRow> {
  expectStay(stay, ['waiting', 'offered', 'booked']);
  const { body } = await currentPolicy(tx, 'respite', act.at);
  const begins = arrivalAt(nightsOf(stay.nights).first, body.arrivalHour).getTime();
  const isLate = stay.state === 'booked' && begins - act.at.getTime() < body.freeCancelHours * HOUR;
  await audited(tx, act, stay, 'stay.cancelled', { late: isLate }, reason);
  return endWithout(tx, act, stay, 'cancelled', reason, !isLate);
}

/** The provider cannot take a booked guest; the household keeps its quota. */
export async function declineStay(tx: Tx, act: Act, stay: StayRow, reason: string): Promise<StayRow> {
  expectStay(stay, ['booked']);
  await audited(tx, act, stay, 'stay.declined', {}, reason);
  return endWithout(tx, act, stay, 'declined', reason, true);
}

/** Nobody came: the nights count as used. */
export async function missStay(tx: Tx, act: Act, stay: StayRow): Promise<StayRow> {
  expectStay(stay, ['booked']);
  await audited(tx, act, stay, 'stay.no_show');
  return endWithout(tx, act, stay, 'no_show', null, false);
}

async function endWithout(
  tx: Tx,
  act: Act,
  stay: StayRow,
  to: 'cancelled' | 'declined' | 'no_show',
  reason: string | null,
  isGivenBack: boolean,
): Promise<StayRow> {
  await freeBeds(tx, [stay.id]);
  if (isGivenBack) await giveRespiteBack(tx, [stay.id]);
  await release(tx, act, [stay.id]);
  return moveStay(tx, act, stay, to, {}, reason);
}

/** The last first night of stays whose guest can no longer be expected. */
export const noShowDay = (at: Date, arrivalHour: number, noShowHours: number): string =>
  dayOf(new Date(at.getTime() - (arrivalHour + noShowHours) * HOUR));

const audited = (
  tx: Tx,
  act: Act,
  stay: StayRow,
  action: string,
  detail: Record<string, string | number | boolean> = {},
  reason: string | null = null,
) => writeAudit(tx, act, [{ action, personId: stay.elderId, recordId: stay.id, detail, reason }]);
