/** What elders of a demo city can still spend, kept on the safe side of the ledger's own balances. */
import type { BankPolicy } from '../bank/rules.ts';
import type { Payer } from '../orders/rules.ts';
import { monthOf } from '../quality/rules.ts';
import type { Service } from '../services/catalogue.ts';
import { termsOf, toPay } from '../services/rules.ts';
import type { DemoElder } from './people.ts';

/** What an elder can pay with: minutes of the time bank, fen of subsidy, and insurance from ability level 3 on. */
export interface Means {
  minutes: number;
  fen: number;
  abilityLevel: number;
}

/** What a visit of the default minutes takes from an elder's means. */
function costOf(service: Service, payer: Payer, abilityLevel: number): { minutes: number; fen: number } {
  const minutes = service.defaultMinutes;
  const terms = termsOf(service, payer, minutes, abilityLevel);
  const cost = toPay({ payer, minutes, ...terms }, service.multiplierPercent);
  return {
    minutes: cost?.currency === 'min' ? cost.amount : 0,
    fen: cost?.currency === 'fen' ? cost.amount : 0,
  };
}

/** The first way in which somebody can pay for a service and the service may be paid; null when there is none. */
export function payerOf(means: Means, service: Service): Payer | null {
  const canPay = (payer: Payer): boolean => {
    const cost = costOf(service, payer, means.abilityLevel);
    if (payer === 'subsidy') return means.fen > 0 && means.fen >= cost.fen;
    return payer === 'insurance' ? means.abilityLevel >= 3 : means.minutes >= cost.minutes;
  };
  const ways: Payer[] = ['time_bank', 'subsidy', 'insurance', 'self'];
  return ways.find((way) => service.payers.includes(way) && canPay(way)) ?? null;
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
    const cost = costOf(service, payer, elder.abilityLevel);
    purse.minutes -= cost.minutes;
    purse.fen -= cost.fen;
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
