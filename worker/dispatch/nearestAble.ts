/**
 * The first engine: every order, the most urgent first, is offered to the best person that is still free. Nobody is
 * asked for two overlapping times in one plan.
 */

import type { Database, Tx } from '../../db/connect/database.ts';
import { type Candidate, candidatesFor } from '../../db/orders/candidates.ts';
import type { Urgency } from '../../db/orders/rules.ts';
import type { Assign, Explanation, OrderToAssign, Plan } from './assign.ts';

const NEXT_BEST = 3;
const rank: Record<Urgency, number> = { urgent: 0, same_day: 1, normal: 2 };

interface Span {
  from: number;
  until: number;
}

/** An engine that asks the nearest able person, in the eyes of this database. */
export function nearestAble(db: Database | Tx): Assign {
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
      const { candidates = [], excluded = [] } = found.get(order.id) ?? {};
      const span = spanOf(order, at);
      const free = candidates.filter(({ personId }) => !asked.get(personId)?.some((s) => overlap(s, span)));
      const [best, ...others] = free;
      if (best) {
        asked.set(best.personId, [...(asked.get(best.personId) ?? []), span]);
        plan.offers.push(draft(order, best));
      }
      explained.set(order.id, {
        orderId: order.id,
        personId: best?.personId ?? null,
        next: others.slice(0, NEXT_BEST).map((other) => ({
          personId: other.personId,
          behind: Math.round(10 * ((best?.score ?? 0) - other.score)) / 10,
        })),
        excluded: [...excluded].sort((a, b) => b.count - a.count),
      });
    }
    plan.explanations = orders.map((order) => explained.get(order.id) as Explanation);
    return plan;
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

/** The time an order takes if it begins when asked, or now when that has passed. */
function spanOf(order: OrderToAssign, at: Date): Span {
  const from = Math.max(order.startAt.getTime(), at.getTime());
  return { from, until: from + order.minutes * 60_000 };
}

const overlap = (a: Span, b: Span): boolean => a.from < b.until && b.from < a.until;

function draft(order: OrderToAssign, best: Candidate) {
  const { personId, kind, providerId, distanceMetres, score, terms } = best;
  return {
    orderId: order.id,
    wave: order.askedBefore + 1,
    personId,
    kind,
    providerId,
    distanceMetres,
    score,
    terms,
  };
}
