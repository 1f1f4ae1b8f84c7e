/** What stands between a holder's time and its going elsewhere: how much there is, and what a mandate leaves (C12). */
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { call } from '../api.ts';
import { useFormat } from '../format.ts';
import { useLoad } from '../load.ts';
import { useHolder } from './holder.ts';

/** The consent under which a family member acts for the holder; none for everybody else. */
export function useMandate() {
  const { holder } = useHolder();
  return useLoad(
    async () => {
      if (holder.value.side !== 'family') return { mandate: null };
      const { items } = await call('GET', '/mandates');
      return { mandate: items.find((one) => one.isLive && one.elder.id === holder.value.personId) ?? null };
    },
    { live: true },
  );
}

/** What the holder has to move, and how far whoever acts may go. */
export function useMovable() {
  const { t } = useI18n();
  const f = useFormat();
  const { holder, read } = useHolder();
  const hours = useLoad(read, { live: true });
  const mandate = useMandate();
  const left = computed(() => mandate.data.value?.mandate?.leftMinutes ?? null);
  /** The most that can go, minutes; null until it is known. */
  const most = computed(() => {
    const own = hours.data.value?.own;
    if (own === undefined || mandate.data.value === null) return null;
    return left.value === null ? own : Math.min(own, left.value);
  });
  /** Said where the mandate, not the account, sets the limit. */
  const limit = computed(() =>
    left.value !== null && left.value === most.value
      ? t('giving.amount.mandate', { minutes: f.minutes(left.value) })
      : undefined,
  );
  /** Whose hours they are, where the caller is not their holder. */
  const onBehalf = computed(() => {
    const { side, personId, teamId } = holder.value;
    if (teamId) return { teamId };
    return side === 'self' ? {} : { personId };
  });

  return { hours, mandate, most, limit, onBehalf };
}
