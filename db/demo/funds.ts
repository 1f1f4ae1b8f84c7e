/** What elders of a demo city can still spend, kept on the safe side of the ledger's own balances. */
import type { BankPolicy } from '../bank/rules.ts';
import { creditedMinutes } from '../orders/book.ts';
import type { Payer } from '../orders/rules.ts';
import { monthOf } from '../quality/rules.ts';
import type { Service } from '../services/catalogue.ts';
import type { DemoElder } from './people.ts';

/** What an elder can pay with: minutes of the time bank, fen of subsidy, and insurance from ability level 3 on. */
export interface Means {
  minutes: number;
  fen: number;
  abilityLevel: number;
}

/** The first way in which somebody can pay for a service and the service may be paid; null when there is none. */
export function payerOf(
  means: Means,
  service: Pick<Service, 'payers' | 'defaultMinutes' | 'multiplierPercent' | 'priceFen'>,
): Payer | null {
  const ways: Payer[] = [];
  if (means.minutes >= creditedMinutes(service.defaultMinutes, service.multiplierPercent))
    ways.push('time_bank');
  if (means.fen > 0 && means.fen >= service.priceFen) ways.push('subsidy');
  if (means.abilityLevel >= 3) ways.push('insurance');
  ways.push('self');
  return ways.find((way) => service.payers.includes(way)) ?? null;
}

interface Purse {
  minutes: number;
  fen: number;
  month: string;
}

export class Funds {
  readonly #bank: BankPolicy;
  readonly #purses = new Map<string, Purse>();
  constructor(bank: BankPolicy) {
    this.#bank = bank;
  }

  /** How an elder would pay for a service booked at an instant; null when in no way. */
  payerFor(elder: DemoElder, service: Service, at: number): Payer | null {
    const { minutes, fen } = this.#purseOf(elder, at);
    return payerOf({ minutes, fen, abilityLevel: elder.abilityLevel }, service);
  }

  spend(elder: DemoElder, service: Service, payer: Payer): void {
    const purse = this.#purses.get(elder.personId);
    if (!purse) return;
    if (payer === 'time_bank')
      purse.minutes -= creditedMinutes(service.defaultMinutes, service.multiplierPercent);
    if (payer === 'subsidy') purse.fen -= service.priceFen;
  }

  /** The purse with what the month of an instant has granted (T8); what is left of earlier months stays. */
  #purseOf(elder: DemoElder, at: number): Purse {
    const month = monthOf(new Date(at));
    const purse = this.#purses.get(elder.personId) ?? { minutes: elder.bankedMinutes, fen: 0, month: '' };
    if (purse.month < month) {
      purse.month = month;
      if (elder.keyElder) purse.minutes += this.#bank.grantMinutes;
      if (elder.subsidyClass !== 'none') purse.fen += this.#bank.subsidyFen[elder.subsidyClass];
    }
    this.#purses.set(elder.personId, purse);
    return purse;
  }
}
