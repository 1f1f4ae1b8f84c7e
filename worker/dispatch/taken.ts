/** Nobody is asked in one batch for two times that overlap. */
import { overlap, type Span } from '../../db/dispatch/rounds.ts';
import type { Candidate } from '../../db/orders/candidates.ts';
import type { OrderToAssign } from './assign.ts';
import { spanAsked } from './city/spans.ts';

/** Those who come for an order, one or two. */
export const peopleOf = ({ personId, second }: Candidate): string[] =>
  second ? [personId, second.personId] : [personId];

/** The times for which people are asked in a batch: an order's from when it was asked for, or from now when that has passed. */
export class Taken {
  readonly #at: number;
  readonly #spans = new Map<string, (Span & { orderId: string })[]>();

  constructor(at: Date) {
    this.#at = at.getTime();
  }

  add(order: OrderToAssign, one: Candidate): void {
    const span = { ...this.#spanOf(order), orderId: order.id };
    for (const personId of peopleOf(one))
      this.#spans.set(personId, [...(this.#spans.get(personId) ?? []), span]);
  }

  /** Whether nobody of those who come is asked for another order at a time that overlaps. */
  isFree(order: OrderToAssign, one: Candidate): boolean {
    const asked = this.#spanOf(order);
    return !peopleOf(one).some((personId) =>
      this.#spans.get(personId)?.some((span) => span.orderId !== order.id && overlap(span, asked)),
    );
  }

  #spanOf(order: OrderToAssign): Span {
    return spanAsked({ order, restMs: 0 }, this.#at);
  }
}
