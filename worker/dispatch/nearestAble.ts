/**
 * The first engine: every order, the most urgent first, is offered to the best who are still free, as many as its wave
 * asks. Nobody is asked for two overlapping times in one plan.
 */
import type { Database, Tx } from '../../db/connect/database.ts';
import { type AskingPolicy, nextRound } from '../../db/orders/askingRules.ts';
import { type Candidate, candidatesFor } from '../../db/orders/candidates.ts';
import type { OfferDraft } from '../../db/orders/offer.ts';
import type { Urgency } from '../../db/orders/rules.ts';
import type { Assign, Explanation, OrderToAssign, Plan } from './assign.ts';

const NEXT_BEST = 3;
const rank: Record<Urgency, number> = { urgent: 0, same_day: 1, normal: 2 };

interface Span {
  from: number;
  until: number;
}

/** An engine that asks the nearest able people, in the eyes of this database. */
export function nearestAble(db: Database | Tx, policy: AskingPolicy): Assign {
  return async (orders, at) => {
    const found = await candidatesFor(
      db,
      orders.map((order) => order.id),
      at,
    );
    const asked = new Map<string, Span[]>();
    const plan: Plan = { offers: [], explanations: [] };
    const explained = new Map<string, Explanation>();
    for (const order of inTurn(orders)) {
      const { candidates = [], excluded = [], wave = 1 } = found.get(order.id) ?? {};
      const span = spanOf(order, at);
      const isFree = (personId: string) => !asked.get(personId)?.some((s) => overlap(s, span));
      const free = candidates.filter((one) => peopleOf(one).every(isFree));
      for (const one of nextRound(order, wave, free, policy)) {
        for (const personId of peopleOf(one)) asked.set(personId, [...(asked.get(personId) ?? []), span]);
        plan.offers.push(draft(order, wave, one));
      }
      const [best, ...others] = free;
      explained.set(order.id, {
        orderId: order.id,
        personId: best?.personId ?? null,
        next: others.slice(0, NEXT_BEST).map((other) => ({
          personId: other.personId,
          behind: Math.round(10 * ((best?.score ?? 0) - other.score)) / 10,
        })),
        excluded: [...excluded].sort((a, b) => b.count - a.count),
        askedBefore: wave - 1,
      });
    }
    plan.explanations = orders.map((order) => explained.get(order.id) as Explanation);
    return plan;
  };
}

const peopleOf = ({ personId, second }: Candidate): string[] =>
  second ? [personId, second.personId] : [personId];

function inTurn(orders: readonly OrderToAssign[]): OrderToAssign[] {
  return [...orders].sort(
    (a, b) =>
      rank[a.urgency] - rank[b.urgency] ||
      a.startAt.getTime() - b.startAt.getTime() ||
      (a.id < b.id ? -1 : 1),
  );
}

/** The time an order takes if it begins when asked, or now when that has passed. */
function spanOf(order: OrderToAssign, at: Date): Span {
  const from = Math.max(order.startAt.getTime(), at.getTime());
  return { from, until: from + order.minutes * 60_000 };
}

const overlap = (a: Span, b: Span): boolean => a.from < b.until && b.from < a.until;

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
