/** What a visit of a service is: how long, by how many, at what price, and what of it the elder pays (S1, S12). */
import type { Payer } from '../orders/rules.ts';
import type { Service } from './catalogue.ts';

type Priced = Pick<
  Service,
  | 'defaultMinutes'
  | 'blockMinutes'
  | 'carersNeeded'
  | 'twoCarersFromLevel'
  | 'twoCarersPercent'
  | 'priceFen'
  | 'ownSharePercent'
  | 'multiplierPercent'
>;

/** Payers that pay only what the elder does not. */
const SHARING: ReadonlySet<Payer> = new Set(['subsidy', 'insurance', 'bed_contract']);

/** What is settled when a visit is booked. */
export interface VisitTerms {
  carersNeeded: 1 | 2;
  priceFen: number;
  ownShareFen: number;
}

/** One carer or two, by the service and by the elder's ability level (GB/T 42195, 0 … 4). */
export function carersFor(
  service: Pick<Service, 'carersNeeded' | 'twoCarersFromLevel'>,
  abilityLevel: number,
): 1 | 2 {
  const byAbility = service.twoCarersFromLevel !== null && abilityLevel >= service.twoCarersFromLevel;
  return service.carersNeeded === 2 || byAbility ? 2 : 1;
}

/**
 * Carers, price and own share, in fen. The price is that of a visit, whatever its length; of a service booked in blocks
 * it grows with the block. Banked time has no price; whoever pays for themselves pays all of it.
 */
export function termsOf(service: Priced, payer: Payer, minutes: number, abilityLevel: number): VisitTerms {
  const carersNeeded = carersFor(service, abilityLevel);
  if (payer === 'time_bank') return { carersNeeded, priceFen: 0, ownShareFen: 0 };
  const blocks = service.blockMinutes ? minutes / service.defaultMinutes : 1;
  const carersPercent = carersNeeded > service.carersNeeded ? service.twoCarersPercent : 100;
  const priceFen = Math.round((service.priceFen * blocks * carersPercent) / 100);
  const sharePercent = payer === 'self' ? 100 : SHARING.has(payer) ? service.ownSharePercent : 0;
  return { carersNeeded, priceFen, ownShareFen: Math.round((priceFen * sharePercent) / 100) };
}

/** Who comes: where either may, volunteers for banked time and carers for all that is paid. */
export function channelFor({ channel }: Pick<Service, 'channel'>, payer: Payer): 'volunteer' | 'provider' {
  if (channel !== 'either') return channel;
  return payer === 'time_bank' ? 'volunteer' : 'provider';
}

/** Whether a visit of the service may last so long: 5 minutes to a day, or one of its blocks. */
export function mayLast(service: Pick<Service, 'blockMinutes'>, minutes: number): boolean {
  if (!Number.isInteger(minutes) || minutes < 5 || minutes > 1440) return false;
  return service.blockMinutes === null || service.blockMinutes.includes(minutes);
}

/** Minutes times the service's multiplier (T1), whole and at least 1. */
export function creditedMinutes(minutes: number, multiplierPercent: number): number {
  return Math.max(1, Math.round((minutes * multiplierPercent) / 100));
}

/** What is set aside when a visit is booked: minutes of the time bank, or fen of the subsidy; null: nothing. */
export function toPay(
  order: { payer: Payer; minutes: number; priceFen: number; ownShareFen: number },
  multiplierPercent: number,
): { currency: 'min' | 'fen'; amount: number } | null {
  if (order.payer === 'time_bank')
    return { currency: 'min', amount: creditedMinutes(order.minutes, multiplierPercent) };
  const amount = order.priceFen - order.ownShareFen;
  return order.payer === 'subsidy' && amount > 0 ? { currency: 'fen', amount } : null;
}
