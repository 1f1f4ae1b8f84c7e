/** The day of a district as planning sees it: orders that wait, and carers with their hours and what they have promised. */
import type { CarerNear } from '../../../db/dispatch/carersNear.ts';
import type { PlanningPolicy } from '../../../db/dispatch/planRules.ts';
import type { Round } from '../../../db/dispatch/rounds.ts';
import type { DispatchPolicy } from '../../../db/dispatch/rules.ts';
import type { WaitingOrder } from '../../../db/dispatch/waitingOf.ts';

export type CarerDay = CarerNear & Pick<Round, 'open' | 'absent' | 'stops'>;

/** Where one of those who come for an order stood in the plan before. */
export interface Before {
  personId: string;
  /** In milliseconds. */
  beginAt: number;
}

export interface CityDay {
  /** The instant of planning, in milliseconds. */
  at: number;
  orders: readonly WaitingOrder[];
  carers: readonly CarerDay[];
  /** By `keyOf` an order and place. */
  before: ReadonlyMap<string, Before>;
  policy: DispatchPolicy & { planning: PlanningPolicy };
  /** What a long block is: from so many minutes, with so many minutes of rest before and after (S6). */
  rest: { fromMinutes: number; minutes: number };
}

/** The name of one of those who come for an order: 1, or 2 for the second. */
export const keyOf = (orderId: string, place: 1 | 2): string => `${orderId}:${place}`;
