/**
 * Booking a stay (S6): entitled, within the household's quota, in a free bed, with what the subsidy pays set aside; or
 * a place on the waiting list, which takes neither quota nor subsidy.
 */

import { writeAudit } from '../audit/audit.ts';
import { hold } from '../bank/post.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { dayAfter, dayOf } from '../connect/days.ts';
import { newId } from '../connect/ids.ts';
import { eldersToServe } from '../people/eldersToServe.ts';
import { expectLiving } from '../people/living.ts';
import { currentPolicy } from '../services/policies.ts';
import { takeBed, wishOf } from './beds.ts';
import { serveWaitingFirst } from './offerBeds.ts';
import { expectEntitled, takeRespite } from './quota.ts';
import {
  arrivalAt,
  type BedKind,
  type Nights,
  nightCount,
  nightsByYear,
  nightsOf,
  ownShareOf,
  type RespitePolicy,
  rangeOf,
  type StayPayer,
} from './rules.ts';
import { beginStay, type StayRow } from './stay.ts';

export interface StayBooking {
  elderId: string;
  kind: BedKind;
  nights: Nights;
  payer: StayPayer;
  /** Any provider when left out. */
  providerId?: string | null;
}

interface Ready {
  stay: StayRow;
  household: ReadonlyMap<string, string>;
  policy: RespitePolicy;
}

const DAY = 86_400_000;

/** Books a stay in a free bed; refuses with `no_bed_free`, `over_quota`, `not_entitled` or what the subsidy lacks. */
export async function bookStay(tx: Tx, act: Act, booking: StayBooking): Promise<StayRow> {
  const { stay, household, policy } = await ready(tx, act, booking, 0);
  await takeNights(tx, stay, booking.nights, household, policy);
  const wish = wishOf(stay, booking.nights);
  await serveWaitingFirst(tx, act, wish);
  const bed = await takeBed(tx, stay.id, wish);
  if (!bed) refuse('no_bed_free', 'nights');
  const ownShareFen = ownShareOf(bed.priceFen, stay.payer, policy.ownSharePercent);
  const booked = await beginStay(tx, act, { ...stay, ...bed, ownShareFen, state: 'booked' });
  await holdNights(tx, act, booked);
  await audited(tx, act, booked, 'stay.booked');
  return booked;
}

/** Joins the waiting list with the nights wished for, and how many days earlier or later would do as well. */
export async function joinWaiting(
  tx: Tx,
  act: Act,
  booking: StayBooking & { flexibleDays: number },
): Promise<StayRow> {
  const { stay } = await ready(tx, act, booking, booking.flexibleDays);
  const waiting = await beginStay(tx, act, stay);
  await audited(tx, act, waiting, 'stay.waiting');
  return waiting;
}

async function ready(tx: Tx, act: Act, booking: StayBooking, flexibleDays: number): Promise<Ready> {
  const { body: policy } = await currentPolicy(tx, 'respite', act.at);
  const { first, last } = booking.nights;
  const today = dayOf(act.at);
  if (last < first) refuse('invalid', 'lastNight');
  if (first < today) refuse('too_late', 'firstNight');
  if (first > dayAfter(today, policy.aheadDays))
    refuse('too_early', 'firstNight', { days: policy.aheadDays });
  if (nightCount(booking.nights) > policy.mostNightsAtOnce)
    refuse('invalid', 'lastNight', { most: policy.mostNightsAtOnce });
  await expectLiving(tx, [booking.elderId], 'elderId');
  const elder = (await eldersToServe(tx, [booking.elderId])).get(booking.elderId);
  if (!elder) refuse('not_found', 'elderId');
  if (booking.payer === 'subsidy' && elder.subsidyClass === 'none')
    refuse('not_entitled', 'payer', { payer: 'subsidy' });
  const household = await expectEntitled(tx, act, [booking.elderId], policy);
  const nights = rangeOf(booking.nights);
  const stay: StayRow = {
    id: newId(act.at),
    state: 'waiting',
    elderId: booking.elderId,
    areaCode: elder.areaCode,
    kind: booking.kind,
    nights,
    wishedNights: nights,
    flexibleDays,
    providerId: booking.providerId ?? null,
    bedId: null,
    payer: booking.payer,
    priceFen: null,
    ownShareFen: null,
    answerBy: null,
    offersPassed: 0,
    bookedBy: act.actorId,
    arrivedAt: null,
    leftAt: null,
    nightsStayed: null,
    createdAt: act.at,
    updatedAt: act.at,
    version: 1,
  };
  return { stay, household, policy };
}

/** Takes a stay's nights from the quota, each from its year. */
export function takeNights(
  tx: Tx,
  stay: Pick<StayRow, 'id' | 'elderId'>,
  nights: Nights,
  household: ReadonlyMap<string, string>,
  policy: RespitePolicy,
  isUsed = false,
): Promise<void> {
  const takings = [...nightsByYear(nights)].map(([year, count]) => ({
    recordId: stay.id,
    elderId: stay.elderId,
    year,
    nights: count,
    blocks: 0,
  }));
  return takeRespite(tx, household, takings, policy, isUsed);
}

/** Sets aside what the subsidy pays of a booked stay, until the bank's days after its end. */
export async function holdNights(tx: Tx, act: Act, stay: StayRow): Promise<void> {
  const amount = subsidyFen(stay, nightCount(nightsOf(stay.nights)));
  if (amount === 0) return;
  const { body: bank } = await currentPolicy(tx, 'bank', act.at);
  const ends = arrivalAt(dayAfter(nightsOf(stay.nights).last), 0);
  await hold(tx, act, [
    {
      orderId: stay.id,
      ownerId: stay.elderId,
      currency: 'fen',
      amount,
      expiresAt: new Date(ends.getTime() + bank.holdDays * DAY),
    },
  ]);
}

/** What the subsidy pays for so many nights, fen; 0 where the family pays. */
export const subsidyFen = (stay: StayRow, nights: number): number =>
  stay.payer === 'subsidy' ? nights * ((stay.priceFen ?? 0) - (stay.ownShareFen ?? 0)) : 0;

const audited = (tx: Tx, act: Act, stay: StayRow, action: string) =>
  writeAudit(tx, act, [
    {
      action,
      personId: stay.elderId,
      recordId: stay.id,
      detail: { kind: stay.kind, nights: stay.nights, payer: stay.payer },
    },
  ]);
