/**
 * The waiting list (S6): a bed that becomes free is offered to the first whose wish fits it, one at a time, and kept for
 * them until they answer.
 */

import { sql } from 'drizzle-orm';
import { awaitTurn } from '../audit/occasions.ts';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { dayOf } from '../connect/days.ts';
import { currentPolicy } from '../services/policies.ts';
import { type BedWish, isFree, takeBed, takesRespite, wishOf } from './beds.ts';
import { nightsOf, ownShareOf, rangeOf } from './rules.ts';
import { lockStay, moveStay, type StayRow } from './stay.ts';
import { tellOfBed } from './telling.ts';

/** The task whose turn is taken before beds are offered, so that each is asked with what those before left. */
export const BED_OFFERS = 'bedOffers';

const HOUR = 3_600_000;

/** Nights that begin `shift` days after those wished for. */
const shifted = sql`daterange(lower(s.wished_nights) + shift, upper(s.wished_nights) + shift)`;

const rivals = ({ kind, providerId }: BedWish) => sql`s.kind = ${kind}
  and (${providerId}::uuid is null or s.provider_id is null or s.provider_id = ${providerId}::uuid)`;

/**
 * The first in the list for whom a bed is free, locked, with the nights nearest to the wish; those whom somebody holds
 * are skipped. Who is behind never gets what the first could have, because each is looked at in the order of the list.
 * With a rival only those whose beds the rival could take: the same kind, a night in common, a house both would go to.
 */
export async function firstFitting(
  tx: Tx,
  at: Date,
  limit: number,
  except: readonly string[],
  rival: BedWish | null = null,
): Promise<{ id: string; nights: string }[]> {
  const rows = await tx.execute<{ id: string; nights: string }>(sql`
    select s.id, fit.nights::text as nights from stays s
    cross join lateral (
      select ${shifted} as nights from generate_series(-s.flexible_days::int, s.flexible_days::int) as shift
      where lower(s.wished_nights) + shift >= ${dayOf(at)}::date and ${rival ? sql`${shifted} && ${rangeOf(rival.nights)}::daterange` : sql`true`} and exists (
        select from beds b join providers p on p.id = b.provider_id
        where b.kind = s.kind and (s.provider_id is null or b.provider_id = s.provider_id) and ${takesRespite}
          and ${isFree(shifted)})
      order by abs(shift), shift limit 1) as fit
    where s.state = 'waiting' and ${rival ? rivals(rival) : sql`true`} and s.id <> all (${`{${except.join(',')}}`}::uuid[])
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
  const offered = await moveStay(tx, act, stay, 'offered', {
    bedId,
    priceFen,
    ownShareFen: ownShareOf(priceFen, stay.payer, body.ownSharePercent),
    nights: item.nights,
    answerBy: new Date(act.at.getTime() + body.answerHours * HOUR),
  });
  await tellOfBed(tx, act, offered, 'bed_offered');
  return offered;
}

/**
 * Offers free beds to those who wait before somebody books one of them: whoever waits comes first, also in the moments
 * before the worker looks at the list. Costs one look where nobody does.
 */
export async function serveWaitingFirst(tx: Tx, act: Act, rival: BedWish): Promise<void> {
  const waiting = await tx.execute(sql`
    select from stays s where s.state = 'waiting' and ${rivals(rival)}
      and daterange(lower(s.wished_nights) - s.flexible_days, upper(s.wished_nights) + s.flexible_days)
        && ${rangeOf(rival.nights)}::daterange limit 1`);
  if (waiting.length === 0) return;
  await awaitTurn(tx, BED_OFFERS);
  const system: Act = { actorId: 'system', role: 'system', onBehalfOf: null, at: act.at };
  const served: string[] = [];
  const next = () => firstFitting(tx, act.at, 1, served, rival);
  for (let [first] = await next(); first; [first] = await next()) {
    served.push(first.id);
    await offerBed(tx, system, first);
  }
}
