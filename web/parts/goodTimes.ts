/** Times at which somebody able can come to an elder, read for a day and a service before a time is chosen. */
import { computed, watch } from 'vue';
import { call } from './api.ts';
import type { AnswerOf } from './endpoints.ts';
import { useLoad } from './load.ts';
import { cityClock } from './time.ts';

type Slot = AnswerOf<'GET', '/elders/:id/slots'>['items'][number]['slots'][number];

/** What is to be booked for whom; `payer` and `minutes` where they are known already. */
export interface VisitWanted {
  elderId: string;
  serviceCode: string;
  payer?: 'time_bank' | 'subsidy' | 'insurance' | 'bed_contract' | 'self';
  minutes?: number;
}

export interface GoodTime {
  /** City clock, `HH:MM`. */
  clock: string;
  /** Somebody whom the elder knows could come. */
  isKnown: boolean;
  /** Better than all others. */
  isBest: boolean;
}

/** The good times of a day in their order, read anew whenever the day or what is wanted changes; null until they are known. */
export function useGoodTimes(wanted: () => VisitWanted | null, day: () => string) {
  const read = useLoad(
    async () => {
      const visit = wanted();
      if (!visit || !day()) return null;
      const { elderId, serviceCode, payer, minutes } = visit;
      const query = {
        service: serviceCode,
        from: day(),
        days: 1,
        payer: payer ?? null,
        minutes: minutes ?? null,
      };
      const [found] = (await call('GET', '/elders/:id/slots', { param: { id: elderId }, query })).items;
      return found?.slots ?? [];
    },
    { now: false },
  );
  watch(
    () => JSON.stringify([wanted(), day()]),
    () => {
      read.data.value = null;
      void read.reload();
    },
    { immediate: true },
  );
  const times = computed(() => read.data.value && inOrder(read.data.value));
  return { ...read, times };
}

/** The service tells the best first; people read times as a clock goes. */
function inOrder(slots: readonly Slot[]): GoodTime[] {
  const [best, second] = slots;
  const hasBest = best && second && best.score > second.score;
  return slots
    .map((slot) => ({
      clock: cityClock(slot.startAt),
      isKnown: slot.isKnown,
      isBest: hasBest === true && slot === best,
    }))
    .sort((a, b) => a.clock.localeCompare(b.clock));
}
