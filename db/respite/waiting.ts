/**
 * The waiting list (S6): a bed that becomes free is offered to the first whose wish fits it, one at a time, and kept for
 * them until they answer. Who lets an offer pass goes behind those who let fewer pass, and after some waits no longer.
 */
import { sql } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { currentPolicy } from '../services/policies.ts';
import { freeBeds, isFree, takeBed, takesRespite } from './beds.ts';
import { holdNights, takeNights, wishOf } from './book.ts';
import { expectEntitled } from './quota.ts';
import { dayAfter, dayIn, nightsOf, ownShareOf, type RespitePolicy } from './rules.ts';
import { expectStay, lockStay, moveStay, type StayRow } from './stay.ts';

const HOUR = 3_600_000;

/** Nights that begin `shift` days after those wished for. */
const shifted = sql`daterange(lower(s.wished_nights) + shift, upper(s.wished_nights) + shift)`;

/**
 * The first in the list for whom a bed is free, locked, with the nights nearest to the wish; those whom somebody holds
 * are skipped. Who is behind never gets what the first could have, because each is looked at in the order of the list.
 */
export async function firstFitting(
  tx: Tx,
  at: Date,
  limit: number,
  except: readonly string[],
): Promise<{ id: string; nights: string }[]> {
  const rows = await tx.execute<{ id: string; nights: string }>(sql`
    select s.id, fit.nights::text as nights from stays s
    cross join lateral (
      select ${shifted} as nights from generate_series(-s.flexible_days::int, s.flexible_days::int) as shift
      where lower(s.wished_nights) + shift >= ${dayIn(at)}::date and exists (
        select from beds b join providers p on p.id = b.provider_id
        where b.kind = s.kind and (s.provider_id is null or b.provider_id = s.provider_id) and ${takesRespite}
          and ${isFree(shifted)})
      order by abs(shift), shift limit 1) as fit
    where s.state = 'waiting' and s.id <> all (${`{${except.join(',')}}`}::uuid[])
    order by s.offers_passed, s.id limit ${limit} for update of s skip locked`);
  return [...rows];
}

/** Offers a free bed to somebody who waits and keeps it until the time to answer is over; null when it is gone again. */
export async function offerBed(
  tx: Tx,
  act: Act,
  item: { id: string; nights: string },
): Promise<StayRow | null> {
  const stay = await lockStay(tx, item.id);
  if (stay.state !== 'waiting') return null;
  const { body } = await currentPolicy(tx, 'respite', act.at);
  const bed = await takeBed(tx, stay.id, wishOf(stay, nightsOf(item.nights)));
  if (!bed) return null;
  const { bedId, priceFen } = bed;
  return moveStay(tx, act, stay, 'offered', {
    bedId,
    priceFen,
    ownShareFen: ownShareOf(priceFen, stay.payer, body.ownSharePercent),
    nights: item.nights,
    answerBy: new Date(act.at.getTime() + body.answerHours * HOUR),
  });
}

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
export async function passOffer(tx: Tx, act: Act, stay: StayRow, reason: string): Promise<StayRow> {
  expectStay(stay, ['offered']);
  const { body } = await currentPolicy(tx, 'respite', act.at);
  await freeBeds(tx, [stay.id]);
  return moveStay(tx, act, stay, nextAfterPass(stay, body, act.at), afterPass(stay), reason);
}

const nextAfterPass = (stay: StayRow, policy: RespitePolicy, at: Date) =>
  stay.offersPassed + 1 >= policy.mostOffersPassed ||
  dayAfter(nightsOf(stay.wishedNights).first, stay.flexibleDays) < dayIn(at)
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
    select s.id from stays s where s.state = 'waiting' and lower(s.wished_nights) + s.flexible_days < ${dayIn(at)}::date
      and s.id <> all (${`{${except.join(',')}}`}::uuid[]) limit ${limit} for update skip locked`);
  return [...rows];
}

/** Ends the waiting of somebody whose nights are past. */
export async function endWaiting(tx: Tx, act: Act, id: string): Promise<StayRow> {
  const stay = await lockStay(tx, id);
  return moveStay(tx, act, stay, 'declined', {}, 'outdated');
}
