/** Policies as figures with their units, so that a page can name each and say when it took effect. */
import { language } from '../../i18n/language.ts';
import { call } from '../api.ts';
import type { AnswerOf } from '../endpoints.ts';
import type { Formats } from '../format.ts';

export type Policy = AnswerOf<'GET', '/policies'>['items'][number];
export type PolicyKind = Policy['kind'];

export const policyKinds: readonly PolicyKind[] = [
  'bank',
  'orders',
  'respite',
  'visits',
  'messages',
  'scores',
  'solvency',
  'catalogue',
  'calendar',
  'dispatch',
];

/** The order in which figures are told; the database keeps none. */
const order = [
  'capMinutes',
  'grantMinutes',
  'grantLapseMonths',
  'subsidyFen',
  'answerMinutes_urgent',
  'answerMinutes_same_day',
  'answerMinutes_normal',
  'startToleranceMinutes',
  'lateMinutes',
  'missedMinutes',
  'noCheckOutMinutes',
  'alertEscalateMinutes',
  'unassignedMinutes',
  'callBacks_',
  'complaints_',
  'disputes_',
  'homeRadiusMetres',
  'freeCancelMinutes',
  'conflictGapMinutes',
  'planAheadDays',
  'planMostADay',
  'settleAfterHours',
  'quiet_fromMinute',
  'quiet_untilMinute',
  'mostAttempts',
  'retrySeconds',
  'longestRetrySeconds',
  'certificateDays',
  'keepDays',
  'smsTemplates',
  'pushHosts',
  'leastAbilityLevel',
  'nightsAYear',
  'blocksAYear',
  'mostNightsAtOnce',
  'aheadDays',
  'arrivalHour',
  'freeCancelHours',
  'noShowHours',
  'answerHours',
  'mostOffersPassed',
  'ownSharePercent',
  'restFromMinutes',
  'restHours',
  'weights_satisfaction',
  'weights_reliability',
  'weights_conformity',
  'weights_complaints',
  'minimumVisits',
  'complaintsPerThousandAtZero',
  'redemptionAge',
  'redemptionPercent',
  'familyPercent',
  'depositMinutes',
  'depositGrowthPercent',
  'supplyMinutes',
  'supplyGrowthPercent',
  'otherUseMinutes',
  'relativesPercent',
  'heirYears',
  'mortalityPercent',
  'travel_',
  'homeBetweenMinutes',
  'carerMetres',
  'circleMinutes',
  'points_',
  'slots_',
  'relaxing_',
  'planning_nightMinute',
  'planning_replanMinutes',
  'planning_disruptionSeconds',
  'planning_daysAhead',
  'planning_searchSeconds_night',
  'planning_searchSeconds_running',
  'planning_searchSeconds_disruption',
  'planning_threads',
  'planning_leadMinutes',
  'planning_slackMinutes',
  'planning_urgencyWeight_urgent',
  'planning_urgencyWeight_same_day',
  'planning_urgencyWeight_normal',
  'planning_',
];

function placeOf(code: string): number {
  const place = order.findIndex((beginning) => code.startsWith(beginning));
  return place < 0 ? order.length : place;
}

export interface PolicyFigure {
  /** The figure's path in the policy, with `_` between its steps. */
  code: string;
  value: string;
}

export async function readPolicies(): Promise<Policy[]> {
  return (await call('GET', '/policies')).items;
}

/** A day of the calendar with its name, in the reader's language; anything else as it is. */
function wordOf(value: unknown): string {
  const { day, zh, en } = (value ?? {}) as Partial<Record<'day' | 'zh' | 'en', string>>;
  return day ? `${day} ${language.value === 'en' ? en : zh}` : String(value);
}

/** Minutes since midnight as a clock shows them. */
const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** The unit stands at the end of a figure's name: minutes, hours, months, fen, metres, percent; `Minute` is a time of day. */
function written(
  path: readonly string[],
  value: unknown,
  f: Formats,
  months: (count: number) => string,
): string {
  if (Array.isArray(value)) return value.map(wordOf).join(', ');
  if (typeof value !== 'number') return String(value);
  const name =
    path.find((step) => /(Minutes?|MinutesAlone|Hours|Months|Fen|Metres|Percent)$/.test(step)) ?? '';
  if (name.endsWith('Minute')) return clockOf(value);
  if (/Minutes(Alone)?$/.test(name)) return f.minutes(value);
  if (name.endsWith('Hours')) return f.minutes(value * 60);
  if (name.endsWith('Months')) return months(value);
  if (name.endsWith('Fen')) return f.yuan(value);
  if (name.endsWith('Metres')) return f.distance(value);
  if (name.endsWith('Percent')) return `${f.number(value, value % 1 === 0 ? 0 : 1)}%`;
  return f.number(value, value % 1 === 0 ? 0 : 2);
}

/** Every figure of a policy, flat, in the order in which people ask for them. */
export function figuresOf(policy: Policy, f: Formats, months: (count: number) => string): PolicyFigure[] {
  const figures: PolicyFigure[] = [];
  const walk = (value: unknown, path: readonly string[]): void => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) walk(inner, [...path, name]);
    } else figures.push({ code: path.join('_'), value: written(path, value, f, months) });
  };
  walk(policy.body, []);
  return figures.sort((a, b) => placeOf(a.code) - placeOf(b.code));
}
