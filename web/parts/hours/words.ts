/** What a movement is called and who was on its other side, in words that need no bookkeeping. */
import { useI18n } from 'vue-i18n';
import { useServices } from '../services.ts';
import type { StatementLine } from './lines.ts';

type Told = Pick<StatementLine, 'amount' | 'cause' | 'serviceCode'> & {
  counterparty: Pick<StatementLine['counterparty'], 'kind' | 'name'>;
};

export function useMoveWords() {
  const { t, te } = useI18n();
  const { nameOf } = useServices();

  /** Such as "Company, for somebody else" or "Given to a relative". */
  function titleOf(move: Told): string {
    const way = move.amount < 0 ? 'out' : 'in';
    if (move.cause === 'visit' && move.serviceCode)
      return t(`hours.visit.${way}`, { service: nameOf(move.serviceCode) });
    return t(`hours.causes.${move.cause}.${way}`);
  }

  /** Who or what stands on the other side; empty where a name would say nothing. */
  function otherOf(move: Told): string {
    const { kind, name } = move.counterparty;
    const way = move.amount < 0 ? 'out' : 'in';
    if (kind === 'personal' || kind === 'grant') {
      const key = `hours.others.${move.cause}.${way}`;
      return name && te(key) ? t(key, { name }) : '';
    }
    if (kind === 'pool') return poolOf(name);
    if (kind === 'clearing' || kind === 'team') return name ?? '';
    return '';
  }

  /** A pool is called by its area; the one that has none is for key elders. */
  function poolOf(area: string | null): string {
    return area === null ? t('hours.poolForKeyElders') : t('hours.pool', { area });
  }

  return { titleOf, otherOf, poolOf };
}
