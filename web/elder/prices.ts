/** What a visit costs this elder by each way of paying, asked of the service before booking: by ability two may come. */
import { watch } from 'vue';
import { call } from '../parts/api.ts';
import type { AnswerOf } from '../parts/endpoints.ts';
import { useLoad } from '../parts/load.ts';
import type { Service } from '../parts/records.ts';

export type Price = AnswerOf<'POST', '/orders/prices'>['items'][number];

/** Read whenever another service is chosen, for its own minutes, or another elder; null until it is known. */
export function usePrices(elderId: () => string, service: () => Service | null | undefined) {
  const read = useLoad(
    async () => {
      const wanted = service();
      if (!wanted || !elderId()) return null;
      const json = { elderId: elderId(), serviceCode: wanted.code, minutes: wanted.defaultMinutes };
      return (await call('POST', '/orders/prices', { json })).items;
    },
    { now: false },
  );
  watch(
    () => [elderId(), service()?.code, service()?.defaultMinutes],
    () => {
      read.data.value = null;
      void read.reload();
    },
    { immediate: true },
  );
  return read;
}
