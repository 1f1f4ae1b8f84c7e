/** Whom to ask next and until when (S4, C25): pure decisions about waves, quiet hours and looking again. */
import { type QuietHours, quietUntil } from '../messages/rules.ts';
import { nextMidnight } from '../people/rules.ts';
import type { OrdersPolicy, Urgency } from './rules.ts';

export interface AskingPolicy {
  /** How many volunteers each wave asks at once; when these waves are over the backup pool is asked, then a dispatcher. */
  waves: Record<Urgency, readonly number[]>;
  /** How far from home each wave looks, metres; the last holds for all that follow. Nobody is asked beyond their own limit. */
  neighbourhoodMetres: readonly number[];
  /** How many of the backup pool are asked at once. */
  backupWave: number;
  /** Volunteers are not asked between these times of the day unless it is urgent, minutes since midnight. */
  quiet: QuietHours;
  /** An order for which nobody can be asked is looked at again after so many minutes, and then ever more seldom. */
  lookAgainMinutes: Record<Urgency, number>;
  lookAgainMostMinutes: number;
  /** From so many hours before the start it is put before a dispatcher. */
  escalateHours: number;
  /** An order that was missed is asked for until so many minutes after its asked start. */
  askAfterMissedMinutes: number;
}

export const firstAsking: AskingPolicy = {
  waves: { urgent: [5, 10], same_day: [1, 3, 6], normal: [1, 3, 6] },
  neighbourhoodMetres: [1500, 3000, 6000],
  backupWave: 6,
  quiet: { fromMinute: 21 * 60, untilMinute: 7 * 60 },
  lookAgainMinutes: { urgent: 0.5, same_day: 2, normal: 10 },
  lookAgainMostMinutes: 60,
  escalateHours: 72,
  askAfterMissedMinutes: 240,
};

/** What of an order decides whom it is asked of, and when. */
export interface ToAsk {
  channel: 'volunteer' | 'provider';
  urgency: Urgency;
  startAt: Date;
  latestStartAt: Date;
  createdAt: Date;
  /** Since when a dispatcher knows that nobody was found. */
  escalatedAt: Date | null;
}

/** What of a person, or of a provider's carer, decides their turn. */
export interface Askable {
  distanceMetres: number;
  /** Has been asked for this order and did not answer, or did not come: asked again when all others have been. */
  silent: boolean;
  /** Wants to be asked only when the others have been. */
  backup: boolean;
}

/**
 * Who is asked together in the wave, of those who can, best first: a provider by itself; volunteers in growing numbers,
 * the nearest neighbourhood that has anybody; then the backup pool. Once a dispatcher knows, those who stayed silent
 * are asked again. Empty when it is a person's turn to find somebody.
 */
export function nextRound<C extends Askable>(
  order: Pick<ToAsk, 'channel' | 'urgency' | 'escalatedAt'>,
  wave: number,
  able: readonly C[],
  policy: AskingPolicy,
): readonly C[] {
  const { people, atOnce } = whoseTurn(order, wave, able, policy);
  return people.slice(0, atOnce);
}

/** Everybody whose turn it is in the wave, in the order given, and how many of them are asked at once. */
export function whoseTurn<C extends Askable>(
  order: Pick<ToAsk, 'channel' | 'urgency' | 'escalatedAt'>,
  wave: number,
  able: readonly C[],
  policy: AskingPolicy,
): { people: readonly C[]; atOnce: number } {
  const fresh = able.filter((one) => !one.silent);
  const again = order.escalatedAt ? [...fresh, ...able.filter((one) => one.silent)] : [];
  if (order.channel === 'provider') return { people: fresh.length > 0 ? fresh : again, atOnce: 1 };
  const sizes = policy.waves[order.urgency];
  const regular = fresh.filter((one) => !one.backup);
  const size = sizes[wave - 1];
  if (size && regular.length > 0) return { people: inNeighbourhood(regular, wave, policy), atOnce: size };
  const backup = fresh.filter((one) => one.backup);
  if (backup.length > 0) return { people: backup, atOnce: policy.backupWave };
  return { people: again, atOnce: sizes.at(-1) ?? 1 };
}

/** Those within the wave's neighbourhood, or within the first wider one where there is somebody. */
function inNeighbourhood<C extends Askable>(people: readonly C[], wave: number, policy: AskingPolicy) {
  const widths = policy.neighbourhoodMetres;
  for (const metres of widths.slice(Math.min(wave, widths.length) - 1)) {
    const near = people.filter((one) => one.distanceMetres <= metres);
    if (near.length > 0) return near;
  }
  return people;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const after = (at: Date, minutes: number): Date => new Date(at.getTime() + minutes * MINUTE);

/** The first instant, not before `at`, at which a clock in Nanjing shows so many minutes since midnight. */
function nextAt(at: Date, minuteOfDay: number): Date {
  const today = nextMidnight(at).getTime() - DAY + minuteOfDay * MINUTE;
  return new Date(today >= at.getTime() ? today : today + DAY);
}

/** The end of the quiet hours that an instant falls into; null when it does not. */
export const endOfQuiet = ({ quiet }: AskingPolicy, at: Date): Date | null => quietUntil(quiet, at);

const mayWait = (order: Pick<ToAsk, 'channel' | 'urgency'>) =>
  order.channel === 'volunteer' && order.urgency !== 'urgent';

/** From when an order may be asked for: now, or the morning when it is night and the start leaves time. */
export function askFrom(policy: OrdersPolicy, order: ToAsk, at: Date): Date {
  const morning = mayWait(order) ? endOfQuiet(policy.asking, at) : null;
  if (!morning || after(morning, policy.answerMinutes[order.urgency]) > order.startAt) return at;
  return morning;
}

/**
 * When an offer sent at `sentAt` runs out: never later than the order's latest start, and at least a minute later.
 * A volunteer's time to answer stands still in the quiet hours where the start leaves time for that.
 */
export function offerExpiry(
  policy: OrdersPolicy,
  order: Pick<ToAsk, 'channel' | 'urgency' | 'startAt' | 'latestStartAt'>,
  sentAt: Date,
): Date {
  let answerBy = after(sentAt, policy.answerMinutes[order.urgency]);
  const { quiet } = policy.asking;
  const night = nextAt(sentAt, quiet.fromMinute);
  if (mayWait(order) && answerBy > night && !endOfQuiet(policy.asking, sentAt)) {
    const morning = nextAt(night, quiet.untilMinute);
    const paused = new Date(morning.getTime() + (answerBy.getTime() - night.getTime()));
    if (paused <= order.startAt) answerBy = paused;
  }
  const end = Math.min(answerBy.getTime(), order.latestStartAt.getTime());
  return new Date(Math.max(end, sentAt.getTime() + MINUTE));
}

/** When an order is looked at again for which nobody could be asked: ever more seldom, and never past its time. */
export function nextLook(policy: OrdersPolicy, order: ToAsk, at: Date): Date {
  const { lookAgainMinutes, lookAgainMostMinutes } = policy.asking;
  const waited = (at.getTime() - (order.escalatedAt ?? order.createdAt).getTime()) / MINUTE;
  const minutes = Math.max(lookAgainMinutes[order.urgency], Math.min(waited, lookAgainMostMinutes));
  return new Date(Math.min(after(at, minutes).getTime(), askUntil(policy, order).getTime()));
}

/** Until when people are asked to serve an order. */
export function askUntil(policy: OrdersPolicy, order: Pick<ToAsk, 'startAt' | 'latestStartAt'>): Date {
  const wasMissed = order.latestStartAt > after(order.startAt, policy.startToleranceMinutes);
  return wasMissed ? after(order.startAt, policy.asking.askAfterMissedMinutes) : order.latestStartAt;
}

/** Whether an order for which nobody was found is to be put before a dispatcher now. */
export function isToEscalate(policy: OrdersPolicy, order: ToAsk, at: Date): boolean {
  return order.escalatedAt === null && order.startAt <= after(at, 60 * policy.asking.escalateHours);
}
