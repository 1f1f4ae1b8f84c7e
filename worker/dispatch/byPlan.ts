/**
 * Whom to ask for the orders that are due: all of a batch are matched together, so that as many as can be are served and
 * nobody is asked for two that do not go together; where the plan of the day has somebody, they come first. The rest of
 * each wave is filled by score, the most urgent order first.
 */
import type { Database, Tx } from '../../db/connect/database.ts';
import { plannedFor } from '../../db/dispatch/plans.ts';
import { type AskingPolicy, nextRound, whoseTurn } from '../../db/orders/askingRules.ts';
import { type Candidate, candidatesFor } from '../../db/orders/candidates.ts';
import type { OfferDraft } from '../../db/orders/offer.ts';
import type { Urgency } from '../../db/orders/rules.ts';
import { currentPolicy } from '../../db/services/policies.ts';
import type { Assign, Explanation, OrderToAssign, Plan } from './assign.ts';
import { matched, type ToMatch } from './matched.ts';
import { Taken } from './taken.ts';

const NEXT_BEST = 3;
const rank: Record<Urgency, number> = { urgent: 0, same_day: 1, normal: 2 };

/** An engine that asks the best able people, in the eyes of this database. */
export function byPlan(db: Database | Tx, policy: AskingPolicy): Assign {
  return async (orders, at) => {
    const ids = orders.map(({ id }) => id);
    const found = await candidatesFor(db, ids, at);
    const planned = await plannedFor(db, ids);
    const dispatch = await currentPolicy(db, 'dispatch', at);
    const turns = inTurn(orders).map(
      (order): ToMatch & { wave: number; excluded: Explanation['excluded'] } => {
        const { candidates = [], excluded = [], wave = 1 } = found.get(order.id) ?? {};
        const first = candidates.filter(({ personId }) => personId === planned.get(order.id));
        const others = candidates.filter((one) => !first.includes(one));
        const { people } = whoseTurn(order, wave, [...first, ...others], policy);
        return { order, wave, excluded, candidates, people, planned: first[0] ?? null };
      },
    );
    const leads = await matched(db, turns, at, dispatch.body);

    const taken = new Taken(at);
    const leading = new Taken(at);
    for (const [orderId, lead] of leads) {
      const order = orders.find(({ id }) => id === orderId);
      if (order) leading.add(order, lead);
    }
    const plan: Plan = { offers: [], explanations: [] };
    const explained = new Map<string, Explanation>();
    for (const { order, wave, candidates, excluded } of turns) {
      const free = candidates.filter((one) => taken.isFree(order, one));
      const lead = leads.get(order.id);
      const others = free.filter((one) => one !== lead && leading.isFree(order, one));
      for (const one of nextRound(order, wave, lead ? [lead, ...others] : others, policy)) {
        taken.add(order, one);
        plan.offers.push(draft(order, wave, one));
      }
      explained.set(order.id, explanationOf(order, wave, free, excluded));
    }
    plan.explanations = orders.map((order) => explained.get(order.id) as Explanation);
    return plan;
  };
}

function explanationOf(
  order: OrderToAssign,
  wave: number,
  free: readonly Candidate[],
  excluded: Explanation['excluded'],
): Explanation {
  const [best, ...others] = free;
  return {
    orderId: order.id,
    personId: best?.personId ?? null,
    next: others.slice(0, NEXT_BEST).map((other) => ({
      personId: other.personId,
      behind: Math.round(10 * ((best?.score ?? 0) - other.score)) / 10,
    })),
    excluded: [...excluded].sort((a, b) => b.count - a.count),
    askedBefore: wave - 1,
  };
}

function inTurn(orders: readonly OrderToAssign[]): OrderToAssign[] {
  return [...orders].sort(
    (a, b) =>
      rank[a.urgency] - rank[b.urgency] ||
      a.startAt.getTime() - b.startAt.getTime() ||
      (a.id < b.id ? -1 : 1),
  );
}

function draft(order: OrderToAssign, wave: number, one: Candidate): OfferDraft {
  const { personId, kind, providerId, second, distanceMetres, score, terms } = one;
  return {
    orderId: order.id,
    wave,
    personId,
    secondPersonId: second?.personId ?? null,
    kind,
    providerId,
    distanceMetres,
    score,
    terms,
  };
}
