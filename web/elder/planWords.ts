/** A rule of recurrence in plain words, in the reader's language. */
import { useI18n } from 'vue-i18n';
import { useFormat } from '../parts/format.ts';
import { cityDay } from '../parts/time.ts';
import { said } from './often.ts';
import type { Plan } from './planActs.ts';

export function usePlanWords() {
  const { t } = useI18n();
  const f = useFormat();

  /** 每周一、周四 · every Monday and Thursday, until 31 December 2026. */
  function wordsOf(rule: string, firstAt: string): string {
    const { every, weekdays, until, count } = said(rule, firstAt);
    const words = t(`elder.plans.every.${every}`, {
      weekdays: weekdays.map((code) => t(`elder.often.weekdays.${code}`)).join(t('elder.plans.and')),
      day: Number(cityDay(firstAt).slice(8)),
      rule,
    });
    if (until) return t('elder.plans.until', { words, until: f.date(`${until}T12:00:00+08:00`) });
    return count ? t('elder.plans.count', { words, count }) : words;
  }

  /** What becomes of one of the next visits. */
  function stateOf({ state, orderState }: Plan['next'][number]): string {
    return t(`elder.plans.states.${orderState === 'cancelled' ? 'cancelled' : state}`);
  }

  return { wordsOf, stateOf };
}
