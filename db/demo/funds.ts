/** What elders of a demo city can still spend, kept on the safe side of the ledger's own balances. */
import type { BankPolicy } from '../bank/rules.ts';
import { creditedMinutes } from '../orders/book.ts';
import type { Payer } from '../orders/rules.ts';
import { monthOf } from '../quality/rules.ts';
import type { Service } from '../services/catalogue.ts';
import type { DemoElder } from './people.ts';

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
    const purse = this.#purseOf(elder, at);
    const ways: Payer[] = [];
    if (purse.minutes >= creditedMinutes(service.defaultMinutes, service.multiplierPercent))
      ways.push('time_bank');
    if (elder.subsidyClass !== 'none' && purse.fen >= service.priceFen) ways.push('subsidy');
    if (elder.abilityLevel >= 3) ways.push('insurance');
    ways.push('self');
    return ways.find((way) => service.payers.includes(way)) ?? null;
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
