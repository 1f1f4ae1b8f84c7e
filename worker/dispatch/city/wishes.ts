/** What besides the way speaks for a carer (D3), in the points that also weigh whoever is asked at once. */
import type { PlaceTerms } from '../../../db/dispatch/planRules.ts';
import type { DispatchPolicy } from '../../../db/dispatch/rules.ts';
import { estimateSeconds } from '../../../db/dispatch/travel.ts';
import type { WaitingOrder } from '../../../db/dispatch/waitingOf.ts';
import { type CarerDay, type CityDay, keyOf } from './cityDay.ts';

/** How many seconds of travel a point is worth. */
export const secondsAPoint = ({ points }: Pick<DispatchPolicy, 'points'>): number =>
  points.travel > 0 ? 60 / points.travel : 60;

/** The terms that speak for a carer wherever the order stands in their round, and their sum. */
export function wishesOf(
  { policy, before }: CityDay,
  order: WaitingOrder,
  place: 1 | 2,
  carer: CarerDay,
): { points: number; terms: PlaceTerms } {
  const { points } = policy;
  const known = order.knownBy.filter((id) => id === carer.personId).length;
  const way = estimateSeconds(policy.travel.carer, carer.lat, carer.lon, order.lat, order.lon);
  const stays = before.get(keyOf(order.id, place))?.personId === carer.personId;
  const all: PlaceTerms = [
    { code: 'known', value: points.knownVisit * Math.min(known, points.knownVisitsMost) },
    { code: 'preferred', value: order.preferred.includes(carer.personId) ? points.preferred : 0 },
    { code: 'circle', value: way <= 60 * policy.circleMinutes ? points.circle : 0 },
    { code: 'stays', value: stays ? policy.planning.stayPoints : 0 },
  ];
  const terms = all.filter(({ value }) => value !== 0);
  return { terms, points: terms.reduce((sum, { value }) => sum + value, 0) };
}
