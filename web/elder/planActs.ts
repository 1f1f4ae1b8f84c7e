/** What may be done with a standing visit: skip one, pause, go on, or end, each asked once more first; put a skipped one back. */
import { computed, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { call } from '../parts/api.ts';
import type { AnswerOf } from '../parts/endpoints.ts';
import { useAct } from '../parts/load.ts';
import { cityDay } from '../parts/time.ts';

export type Plan = AnswerOf<'GET', '/care-plans'>['items'][number];
export type PlanAct = 'skip' | 'pause' | 'resume' | 'end';
type VisitAhead = Plan['next'][number];

export function usePlanActs(plan: () => Plan, changed: () => void) {
  const { t } = useI18n();
  /** The next visit that can still be skipped. */
  const toSkip = computed(() => plan().next.find((visit) => visit.state !== 'skipped') ?? null);
  /** What is asked about once more. */
  const asking = ref<Exclude<PlanAct, 'resume'> | null>(null);

  const { run, busy, problem } = useAct(async (key, what: PlanAct) => {
    const { id, version } = plan();
    const param = { id };
    const json = { reason: t(`elder.plans.reasons.${what === 'end' ? 'end' : 'pause'}`) };
    if (what === 'skip' && toSkip.value) {
      const days = [cityDay(toSkip.value.at)];
      await call('POST', '/care-plans/:id/exceptions', { param, key, version, json: { days } });
    }
    if (what === 'pause') await call('POST', '/care-plans/:id/pause', { param, key, version, json });
    if (what === 'resume') await call('POST', '/care-plans/:id/resume', { param, key, version, json: {} });
    if (what === 'end') await call('POST', '/care-plans/:id/end', { param, key, version, json });
    asking.value = null;
    changed();
  });

  /** Whether somebody has skipped this visit; one that a holiday takes away is not skipped. */
  const isSkipped = (visit: VisitAhead): boolean => visit.state === 'skipped' && visit.reason === 'exception';
  const putting = useAct(async (key, day: string) => {
    const { id, version } = plan();
    await call('POST', '/care-plans/:id/exceptions/withdraw', {
      param: { id },
      key,
      version,
      json: { days: [day] },
    });
    changed();
  });

  return {
    toSkip,
    asking,
    run,
    isSkipped,
    /** Puts a visit that was skipped back. */
    putBack: (visit: VisitAhead) => putting.run(cityDay(visit.at)),
    busy: computed(() => busy.value || putting.busy.value),
    problem: computed(() => problem.value ?? putting.problem.value),
  };
}
