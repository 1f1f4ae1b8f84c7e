/** What the page of circulation knows: months, book and district, all of them in the address, and what moved. */
import { computed, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { call } from '../../parts/api.ts';
import { monthBefore, monthOf, monthsBack } from '../../parts/hours/period.ts';
import { useLoad } from '../../parts/load.ts';
import { byDistrict, byMonth, flowsIn, sumOf } from './circulation.ts';
import type { Currency } from './words.ts';

const USUAL_MONTHS = 12;
const MOST_MONTHS = 60;
const isMonth = /^20\d\d-(0[1-9]|1[0-2])$/;

export function useCirculation() {
  const route = useRoute();
  const router = useRouter();
  const present = monthOf(Date.now());
  const text = (name: string) => (typeof route.query[name] === 'string' ? route.query[name] : '');
  const monthIn = (name: string, otherwise: string) => (isMonth.test(text(name)) ? text(name) : otherwise);

  const to = computed(() => monthIn('to', present));
  const from = computed(() => monthIn('from', monthBefore(to.value, USUAL_MONTHS - 1)));
  const currency = computed<Currency>(() => (text('currency') === 'fen' ? 'fen' : 'min'));
  const district = computed(() => text('district'));

  function ask(change: { from?: string; to?: string; currency?: Currency; district?: string }): void {
    const query = {
      from: from.value,
      to: to.value,
      currency: currency.value,
      district: district.value,
      ...change,
    };
    void router.replace({
      query: Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '')),
    });
  }

  const { data, problem, loading, reload } = useLoad(() =>
    call('GET', '/ledger/circulation', {
      query: { from: from.value, to: to.value, currency: currency.value },
    }),
  );
  watch([from, to, currency], () => void reload());

  const choices = computed(() => monthsBack(present, monthBefore(present, MOST_MONTHS - 1)));
  const all = computed(() => data.value?.items ?? []);
  const items = computed(() =>
    district.value ? all.value.filter((item) => item.districtCode === district.value) : all.value,
  );
  const months = computed(() => byMonth(items.value, monthsBack(to.value, from.value).reverse()));
  const districts = computed(() => byDistrict(items.value));
  const sums = computed(() => sumOf(items.value));
  const shown = computed(() => flowsIn(sums.value));

  return {
    ...{ from, to, currency, district, ask, choices, present },
    ...{ data, problem, loading, reload },
    ...{ all, items, months, districts, sums, shown },
  };
}
