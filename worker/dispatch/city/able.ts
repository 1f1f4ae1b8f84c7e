/** Who may come for an order whatever their day looks like (D1): the hard rules that need no clock. */
import type { DispatchPolicy } from '../../../db/dispatch/rules.ts';
import type { WaitingOrder } from '../../../db/dispatch/waitingOf.ts';
import type { ExclusionRule } from '../../../db/orders/candidates.ts';
import { metresBetween } from '../../../db/visits/rules.ts';
import type { CarerDay } from './cityDay.ts';

/** What of an order decides which carers are fit for it: the same for many orders. */
export type Needs = Pick<
  WaitingOrder,
  'serviceCode' | 'contractProviderId' | 'gender' | 'minLevel' | 'certificates' | 'isBlock'
>;

/** Orders with the same name need the same of a carer. */
export const nameOfNeeds = (order: Needs): string =>
  JSON.stringify([
    order.serviceCode,
    order.contractProviderId,
    order.gender,
    order.minLevel,
    [...order.certificates].sort(),
    order.isBlock,
  ]);

/** The first rule by which a carer is not fit for an order of these needs; null when none is. */
export function unfitBy(order: Needs, carer: CarerDay): ExclusionRule | null {
  if (!carer.services.includes(order.serviceCode)) return 'service';
  if (order.contractProviderId && order.contractProviderId !== carer.providerId) return 'contract';
  if (order.gender && order.gender !== carer.gender) return 'gender';
  if (order.minLevel !== null && carer.level > order.minLevel) return 'level';
  if (!order.certificates.every((kind) => carer.certificates.includes(kind))) return 'certificate';
  return null;
}

/** The first rule between this elder and this carer that keeps them apart; null when none does. */
export function apartBy(
  { carerMetres }: Pick<DispatchPolicy, 'carerMetres'>,
  order: WaitingOrder,
  carer: CarerDay,
): ExclusionRule | null {
  if (order.notBy.includes(carer.personId)) return 'blocked';
  if (order.notByProviders.includes(carer.providerId)) return 'declined';
  if (metresBetween(order, carer) > carerMetres) return 'too_far';
  return null;
}
