/** Minutes and fen as people write them, and who owes whom. */
import { useI18n } from 'vue-i18n';
import type { AnswerOf } from '../../parts/endpoints.ts';
import { useFormat } from '../../parts/format.ts';

export type Partner = AnswerOf<'GET', '/partners'>['items'][number];
export type PartnerAccount = Partner['accounts'][number];
export type Clearing = AnswerOf<'GET', '/clearings'>['items'][number];
export type Currency = PartnerAccount['currency'];

export const currencies = ['min', 'fen'] as const satisfies readonly Currency[];

export function useAmounts() {
  const { t } = useI18n();
  const f = useFormat();

  /** Hours and minutes, or yuan. */
  const amountOf = (currency: Currency, amount: number): string =>
    currency === 'min' ? f.minutes(amount) : f.yuan(amount);

  /** A balance in words: above zero this city owes, below it the partner does. */
  function owes(currency: Currency, balance: number): string {
    if (balance === 0) return t('partners.owes.even');
    const amount = amountOf(currency, Math.abs(balance));
    return t(balance > 0 ? 'partners.owes.here' : 'partners.owes.there', { amount });
  }

  return { amountOf, owes };
}
