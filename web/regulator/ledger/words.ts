/** Amounts and accounts of the ledger in words: hours to the minute or yuan to the fen, and whose account it is. */
import { useI18n } from 'vue-i18n';
import type { AnswerOf } from '../../parts/endpoints.ts';
import { useFormat } from '../../parts/format.ts';

export type Transfer = AnswerOf<'GET', '/ledger/transfers'>['items'][number];
export type Currency = Transfer['currency'];
export type Cause = Transfer['cause'];
type Kind = Transfer['debit']['kind'];

export const currencies = ['min', 'fen'] as const satisfies readonly Currency[];

export const causes = [
  'visit',
  'dispute',
  'grant',
  'lapse',
  'gift',
  'donation',
  'reversal',
  'receivable',
  'recovery',
  'settlement',
  'import',
  'closing',
] as const satisfies readonly Cause[];

const CITY_CODE_LENGTH = 4;

export function useLedgerWords() {
  const { t } = useI18n();
  const f = useFormat();

  /** Nothing rounded: `1,234 h 5 min`, `¥12.30`. */
  function exact(currency: Currency, amount: number): string {
    if (currency === 'fen') return f.yuan(amount);
    const [hours, minutes] = [Math.trunc(Math.abs(amount) / 60), Math.abs(amount) % 60];
    const parts = [
      ...(hours > 0 || minutes === 0 ? [t('ledger.units.hours', { value: f.number(hours) })] : []),
      ...(minutes > 0 ? [t('ledger.units.minutes', { value: minutes })] : []),
    ];
    return `${amount < 0 ? '−' : ''}${parts.join(' ')}`;
  }

  /** For sums that are compared with each other: hours with one decimal, or yuan. */
  function brief(currency: Currency, amount: number): string {
    if (amount === 0) return '0';
    return currency === 'fen' ? f.number(amount / 100, 2) : f.number(amount / 60, 1);
  }

  /** Whose account it is; persons as they come, masked. */
  function accountName({ kind, code, name }: { kind: Kind; code: string | null; name: string | null }) {
    if (kind === 'issuance') return t('ledger.kinds.issuance');
    if (kind === 'pool') return poolName(code, name);
    if (kind === 'clearing') return t('ledger.names.clearing', { city: name ?? code ?? '' });
    return name ?? t(`ledger.kinds.${kind}`);
  }

  function poolName(code: string | null, name: string | null): string {
    if (name === null || code === null) return t('ledger.names.keyElders');
    return t(code.length === CITY_CODE_LENGTH ? 'ledger.names.cityPool' : 'ledger.names.pool', {
      area: name,
    });
  }

  return { exact, brief, accountName };
}
