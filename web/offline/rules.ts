/** How what was recorded on a phone goes together with what the server last said; pure. */
import type { Visit } from '../parts/records.ts';
import { addDays, cityDay } from '../parts/time.ts';
import type { Recorded } from './store.ts';

/** A visit as its maker sees it: the server's state, led on by what this phone has recorded since. */
export interface SeenVisit extends Visit {
  /** What this phone recorded for it, earliest first. */
  own: Recorded[];
}

const rank = { planned: 0, started: 1, finished: 2 } as const;

/** A refused act counts for nothing; every other moves the visit on at once, whether or not it has been sent. */
export function seenVisit(visit: Visit, recorded: readonly Recorded[]): SeenVisit {
  const own = recorded
    .filter((one) => one.visitId === visit.id)
    .sort((one, other) => one.counter - other.counter);
  const counts = (kind: Recorded['kind']) => own.some((one) => one.kind === kind && one.state !== 'refused');
  if (visit.state === 'missed' || visit.state === 'cancelled') return { ...visit, own };
  const here = counts('check_out') ? 'finished' : counts('check_in') ? 'started' : 'planned';
  return { ...visit, state: rank[here] > rank[visit.state] ? here : visit.state, own };
}

/** The last word on each task, as told on this phone: code to done. */
export function ticksOf(own: readonly Recorded[]): Map<string, boolean> {
  const ticks = new Map<string, boolean>();
  for (const one of own) {
    if (one.kind === 'task' && one.state !== 'refused') ticks.set(one.data.code, one.data.done);
  }
  return ticks;
}

/** The days whose visits may stay on a phone: today and tomorrow. */
export function mayStay(day: string, now: number): boolean {
  const today = cityDay(now);
  return day === today || day === addDays(today, 1);
}

/** Whether nothing more is to come of an act: taken, or its refusal or conflict has been read. */
export function isAnswered({ state, acknowledged }: Recorded): boolean {
  return state === 'taken' || (state !== 'waiting' && acknowledged);
}

/** What is answered goes when its day is over; what waits or was not read stays. */
export function isDone(one: Recorded, now: number): boolean {
  return isAnswered(one) && cityDay(one.deviceAt) < cityDay(now);
}

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

/** How long to wait after so many failures in a row. */
export function waitMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));
}

/** A clock that is this far off is worth a word: two minutes. */
export const WORTH_A_WORD_SECONDS = 120;
