/** Family care bed contracts as the pages read them. */
import { useI18n } from 'vue-i18n';
import type { AnswerOf } from '../endpoints.ts';
import { useFormat } from '../format.ts';
import { noonOf } from '../respite/stays.ts';

export type ContractDetail = AnswerOf<'GET', '/contracts/:id'>;
export type Contract = AnswerOf<'GET', '/contracts'>['items'][number];
export type EndReason = NonNullable<Contract['endReason']>;
export type EquipmentState = ContractDetail['equipment'][number]['state'];

export const equipmentStates = [
  'installed',
  'faulty',
  'returned',
  'lost',
] as const satisfies readonly EquipmentState[];

/** Kinds of equipment that the forms offer. */
export const equipmentCodes = ['care_bed', 'mattress', 'call_button', 'motion_sensor'] as const;

/** A contract's term in words; on its `endsOn` it no longer holds. */
export function useTerm(): (contract: Pick<Contract, 'startsOn' | 'endsOn'>) => string {
  const { t } = useI18n();
  const f = useFormat();
  return ({ startsOn, endsOn }) => {
    const from = f.date(noonOf(startsOn));
    if (endsOn === null) return t('bedcare.contracts.since', { from });
    return t('bedcare.contracts.until', { from, until: f.date(noonOf(endsOn)) });
  };
}
