/** What is recorded of a transfer besides its visit and its correction, fact by fact. */
import { useI18n } from 'vue-i18n';
import type { AnswerOf } from '../../parts/endpoints.ts';
import { useFormat } from '../../parts/format.ts';
import type { Fact } from '../../parts/hours/FactList.vue';
import { useLedgerWords } from './words.ts';

type Provenance = AnswerOf<'GET', '/transfers/:id/provenance'>;

export function useTransferFacts() {
  const { t, te } = useI18n();
  const f = useFormat();
  const { accountName } = useLedgerWords();

  function sideFact(name: 'debit' | 'credit', side: Provenance['transfer']['debit']): Fact {
    return {
      label: t(`ledger.columns.${name}`),
      value: accountName(side),
      more: [t(`ledger.kinds.${side.kind}`), side.accountId].filter(Boolean).join(' · '),
    };
  }

  /** A part of the system signs with a name such as `worker:settlement`. */
  function authorFact({ role, name }: Provenance['transfer']['author']): Fact {
    const label = t('ledger.transfer.author');
    if (role === null) return { label, value: t('common.roles.system'), more: name };
    return { label, value: name, more: te(`common.roles.${role}`) ? t(`common.roles.${role}`) : role };
  }

  function behindFacts({
    grant,
    words,
    overflow,
    certificate,
    import: imported,
    clearing,
  }: Provenance): Fact[] {
    return [
      ...(grant
        ? [{ label: t('ledger.transfer.month'), value: f.month(`${grant.month}-15T00:00:00Z`) }]
        : []),
      ...(grant?.lapsesAt ? [{ label: t('ledger.transfer.lapses'), value: f.date(grant.lapsesAt) }] : []),
      ...(words === null ? [] : [{ label: t('ledger.transfer.words'), value: t('hours.quoted', { words }) }]),
      ...(overflow ? [{ label: t('ledger.transfer.why'), value: t('ledger.transfer.overflow') }] : []),
      ...(certificate ? [{ label: t('ledger.transfer.certificate'), value: certificate }] : []),
      ...(imported ? [{ label: t('ledger.transfer.import'), value: imported.batch }] : []),
      ...(clearing
        ? [
            {
              label: t('ledger.transfer.city'),
              value: clearing.partnerName ?? clearing.partnerCode,
              more: [clearing.reference, clearing.reason].filter(Boolean).join(' · '),
            },
          ]
        : []),
    ];
  }

  function factsOf(found: Provenance): Fact[] {
    const { transfer } = found;
    return [
      { label: t('ledger.columns.at'), value: f.stamp(transfer.at) },
      sideFact('debit', transfer.debit),
      sideFact('credit', transfer.credit),
      authorFact(transfer.author),
      ...(transfer.policy
        ? [
            {
              label: t('ledger.transfer.rule'),
              value: t('ledger.transfer.version', {
                version: transfer.policy.version,
                from: f.date(transfer.policy.effectiveFrom),
              }),
            },
          ]
        : []),
      ...behindFacts(found),
      { label: t('ledger.transfer.number'), value: transfer.id },
    ];
  }

  /** A correction itself is not corrected, nor anything twice (T9). */
  function mayCorrect({ reversal, transfer }: Provenance): boolean {
    return reversal === null && !['reversal', 'receivable', 'recovery', 'dispute'].includes(transfer.cause);
  }

  return { factsOf, mayCorrect };
}
