/**
 * The answer of those to whom a bed is offered (S6). Who lets an offer pass goes behind those who let fewer pass, and after
 * some waits no longer.
 */

import { sql } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { dayAfter, dayOf } from '../connect/days.ts';
import { currentPolicy } from '../services/policies.ts';
import { freeBeds } from './beds.ts';
import { holdNights, takeNights } from './book.ts';
import { expectEntitled } from './quota.ts';
import { nightsOf, type RespitePolicy } from './rules.ts';
import { expectStay, lockStay, moveStay, type StayRow } from './stay.ts';
import { tellOfBed } from './telling.ts';

/** The family takes the bed it is offered: now it counts against the quota, and the subsidy is set aside. */
export async function takeOffer(tx: Tx, act: Act, stay: StayRow): Promise<StayRow> {
  expectStay(stay, ['offered']);
  if (stay.answerBy && stay.answerBy <= act.at) refuse('too_late', 'state');
  const { body } = await currentPolicy(tx, 'respite', act.at);
  const household = await expectEntitled(tx, act, [stay.elderId], body);
  await takeNights(tx, stay, nightsOf(stay.nights), household, body);
  const booked = await moveStay(tx, act, stay, 'booked', {
    providerId: await providerOf(tx, stay.bedId as string),
  });
  await holdNights(tx, act, booked);
  return booked;
}

async function providerOf(tx: Tx, bedId: string): Promise<string> {
  const [row] = await tx.execute<{ provider_id: string }>(
    sql`select provider_id from beds where id = ${bedId}::uuid`,
  );
  return (row as { provider_id: string }).provider_id;
}

/** The family refuses the bed, or the time to answer is over: it is free for the next, and they wait on or no longer. */
export async function passOffer(
  tx: Tx,
  act: Act,
  stay: StayRow,
  reason: 'passed' | 'expired',
): Promise<StayRow> {
  expectStay(stay, ['offered']);
  const { body } = await currentPolicy(tx, 'respite', act.at);
  await freeBeds(tx, [stay.id]);
  if (reason === 'expired') await tellOfBed(tx, act, stay, 'bed_passed');
  return moveStay(tx, act, stay, nextAfterPass(stay, body, act.at), afterPass(stay), reason);
}

const nextAfterPass = (stay: StayRow, policy: RespitePolicy, at: Date) =>
  stay.offersPassed + 1 >= policy.mostOffersPassed ||
  dayAfter(nightsOf(stay.wishedNights).first, stay.flexibleDays) < dayOf(at)
    ? ('declined' as const)
    : ('waiting' as const);

const afterPass = (stay: StayRow): Partial<StayRow> => ({
  bedId: null,
  priceFen: null,
  ownShareFen: null,
  nights: stay.wishedNights,
  offersPassed: stay.offersPassed + 1,
});

/** Whoever waits for nights that are past waits no longer. */
export async function lockOutdated(
  tx: Tx,
  at: Date,
  limit: number,
  except: readonly string[],
): Promise<{ id: string }[]> {
  const rows = await tx.execute<{ id: string }>(sql`
    select s.id from stays s where s.state = 'waiting' and lower(s.wished_nights) + s.flexible_days < ${dayOf(at)}::date
      and s.id <> all (${`{${except.join(',')}}`}::uuid[]) limit ${limit} for update skip locked`);
  return [...rows];
}

/** Ends the waiting of somebody whose nights are past. */
export async function endWaiting(tx: Tx, act: Act, id: string): Promise<StayRow> {
  const stay = await lockStay(tx, id);
  return moveStay(tx, act, stay, 'declined', {}, 'outdated');
}
