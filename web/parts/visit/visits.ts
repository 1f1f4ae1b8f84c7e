/** The visits a volunteer or carer makes: as the API tells them, as kept on the phone when it cannot be reached. */
import { computed, shallowRef, watch } from 'vue';
import { useRecorded, waitingCount } from '../../offline/queue.ts';
import { mayStay, seenVisit } from '../../offline/rules.ts';
import { type KeptDay, keepOnPhone, readKept } from '../../offline/store.ts';
import { call } from '../api.ts';
import { useLoad } from '../load.ts';
import type { Visit } from '../records.ts';
import { useSession } from '../session.ts';
import { addDays, cityDay } from '../time.ts';

/** One's visits of city days (`YYYY-MM-DD`), soonest first, with what this phone has recorded for each. */
export function useDays(days: () => readonly string[]) {
  const recorded = useRecorded();
  const kept = shallowRef<KeptDay | null>(null);
  const { data, problem, reload } = useLoad(() => readDays(days()), { live: true });
  const noWay = computed(
    () => problem.value !== null && (problem.value.unreachable || problem.value.status >= 502),
  );
  const visits = computed(() => {
    const known = data.value ?? kept.value?.visits;
    return known ? known.map((visit) => seenVisit(visit, recorded.value)) : null;
  });

  async function readPhone(): Promise<void> {
    const asked = days();
    const found = await keptDays(asked);
    if (asked.join() === days().join()) kept.value = found;
  }

  /** Begins anew for other days. */
  function begin(): void {
    data.value = null;
    kept.value = null;
    void readPhone();
    void reload();
  }

  void readPhone();
  watch(waitingCount, (now, before) => {
    if (now < before) void reload();
  });
  return {
    visits,
    /** A failure worth showing: no way to the service is none while the phone knows the visits. */
    problem: computed(() => (noWay.value ? null : problem.value)),
    /** The service cannot be reached, and these days are not on the phone. */
    unknown: computed(() => noWay.value && visits.value === null),
    /** When what is shown was read, if it is not from now. */
    keptSince: computed(() => (data.value === null && visits.value ? (kept.value?.readAt ?? null) : null)),
    reload,
    begin,
  };
}

/** Today and the days after it, `count` in all. */
export function daysAhead(count: number): string[] {
  const today = cityDay(Date.now());
  return Array.from({ length: count }, (_, ahead) => addDays(today, ahead));
}

/** Where a visit's own page stands, under the role's desk. */
export function visitAddress(desk: '/volunteer' | '/carer', visit: Visit): string {
  return `${desk}/visit/${visit.id}?day=${cityDay(visit.plannedStartAt)}`;
}

async function readDays(days: readonly string[]): Promise<Visit[]> {
  const each = await Promise.all(days.map(readDay));
  return each.flat();
}

/** Reads a day and keeps it on the phone, unless whoever it was read for has signed out meanwhile. */
async function readDay(day: string): Promise<Visit[]> {
  const session = useSession();
  const reader = session.me?.userId;
  const { items } = await call('GET', '/visits', { query: { date: day, limit: 100 } });
  if (mayStay(day, Date.now()) && reader !== undefined && session.me?.userId === reader) {
    const read: KeptDay = { visits: items, readAt: new Date().toISOString() };
    void keepOnPhone(`day:${day}`, read).catch(() => undefined);
  }
  return items;
}

/** What the phone knows of some days; null when it knows none of them. */
async function keptDays(days: readonly string[]): Promise<KeptDay | null> {
  const each = await Promise.all(days.map((day) => readKept(`day:${day}`).catch(() => undefined)));
  const known = each.filter((day) => day !== undefined);
  if (known.length === 0) return null;
  return {
    visits: known.flatMap(({ visits }) => visits),
    readAt: known.map(({ readAt }) => readAt).sort()[0] as string,
  };
}
