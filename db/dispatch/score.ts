/** Why somebody is the best for a visit (D3, D5): every term with its points, and what they sum up to. */
import type { OfferTerms } from '../orders/rules.ts';
import type { Fit } from './fits.ts';
import type { DispatchPolicy } from './rules.ts';

/** What is known of a helper besides their round. */
export interface Known {
  knownVisits: number;
  isPreferred: boolean;
  /** Days since a volunteer was last asked. */
  idleDays: number;
  /** A carer's vocational level; null for volunteers. */
  level: number | null;
}

/** The terms of a place, in tenths of a point; those that say nothing are left out, travel never. */
export function termsOf(
  { place, promisedHours, isElsewhere }: Fit,
  helper: Known,
  policy: DispatchPolicy,
): OfferTerms {
  const { points, circleMinutes } = policy;
  const terms: OfferTerms = [
    { code: 'travel', value: (-points.travel * place.addedSeconds) / 60 },
    { code: 'circle', value: place.travelSeconds <= 60 * circleMinutes ? points.circle : 0 },
    { code: 'continuity', value: points.knownVisit * Math.min(helper.knownVisits, points.knownVisitsMost) },
    { code: 'preferred', value: helper.isPreferred ? points.preferred : 0 },
    { code: 'waiting', value: (-points.waiting * place.waitSeconds) / 60 },
    { code: 'least_asked', value: points.idleDay * Math.min(helper.idleDays, points.idleDaysMost) },
    { code: 'level', value: helper.level === null ? 0 : points.level * (helper.level - 1) },
    { code: 'load', value: -points.promisedHour * promisedHours },
    { code: 'planned', value: isElsewhere ? -points.plannedElsewhere : 0 },
  ];
  return terms
    .map(({ code, value }) => ({ code, value: tenths(value) }))
    .filter(({ code, value }) => code === 'travel' || value !== 0);
}

/** The sum of terms. */
export const scoreOf = (terms: OfferTerms): number =>
  tenths(terms.reduce((sum, { value }) => sum + value, 0));

/** To tenths; never the zero below zero. */
export const tenths = (value: number): number => Math.round(value * 10) / 10 + 0;
