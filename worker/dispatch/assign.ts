/**
 * What an engine of dispatch takes and gives, whichever one is in place: orders that wait become offers to make, and
 * for every order there is an explanation (D5).
 */
import type { Candidates } from '../../db/orders/candidates.ts';
import type { OfferDraft } from '../../db/orders/offer.ts';
import type { OrderRow } from '../../db/orders/transition.ts';

export type OrderToAssign = Pick<OrderRow, 'id' | 'urgency' | 'startAt' | 'minutes'> & {
  /** Offers made for it before. */
  askedBefore: number;
};

export interface Explanation {
  orderId: string;
  /** Who is to be asked; null when nobody can be. */
  personId: string | null;
  /** The next best, at most three, and by how many points they fall behind. */
  next: { personId: string; behind: number }[];
  /** How many people near by each hard rule excludes, the most first. */
  excluded: Candidates['excluded'];
}

export interface Plan {
  offers: OfferDraft[];
  /** One for each order given, in their order. */
  explanations: Explanation[];
}

/** Decides whom to ask at an instant. Deterministic: the same orders, people and instant give the same plan. */
export type Assign = (orders: readonly OrderToAssign[], at: Date) => Promise<Plan>;
