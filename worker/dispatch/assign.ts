/**
 * What an engine of dispatch takes and gives, whichever one is in place: orders that wait become rounds of offers to
 * make, and for every order there is an explanation (D5).
 */
import type { ToAsk } from '../../db/orders/askingRules.ts';
import type { Candidates } from '../../db/orders/candidates.ts';
import type { OfferDraft } from '../../db/orders/offer.ts';

export type OrderToAssign = ToAsk & { id: string; minutes: number; lat: number; lon: number };

export interface Explanation {
  orderId: string;
  /** The best of all who can come, whether or not it is their turn to be asked; null when nobody can. */
  personId: string | null;
  /** The next best, at most three, and by how many points they fall behind. */
  next: { personId: string; behind: number }[];
  /** How many people near by each hard rule excludes, the most first. */
  excluded: Candidates['excluded'];
  /** Rounds that have been asked before, for this time and place. */
  askedBefore: number;
}

export interface Plan {
  offers: OfferDraft[];
  /** One for each order given, in their order. */
  explanations: Explanation[];
}

/** Decides whom to ask at an instant. Deterministic: the same orders, people and instant give the same plan. */
export type Assign = (orders: readonly OrderToAssign[], at: Date) => Promise<Plan>;
