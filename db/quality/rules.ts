/** The score of a month as a pure function of its measures (Q1, Q2). */
import { dayOf } from '../connect/days.ts';

export const subjectKinds = ['provider', 'station', 'district'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** Counts over the closed visits of one subject and month. */
export interface Measures {
  /** Visits planned and closed: settled, missed, or cancelled by the helper's side. */
  planned: number;
  completed: number;
  /** Completed visits begun no later than their latest start. */
  punctual: number;
  /** Completed visits with trust 3 or better and no manual edit. */
  verified: number;
  /** Completed visits that lasted at least 80 % of the booked minutes. */
  durationKept: number;
  ratings: number;
  /** Sum of the ratings' means, each 1–5. */
  ratingSum: number;
  /** Sum of the squared means. */
  ratingSquares: number;
  /** Complaints, less those withdrawn or found to be without cause. */
  complaints: number;
}

/** Points of each part; they add up to the score. */
export interface ScoreParts {
  satisfaction: number;
  reliability: number;
  conformity: number;
  complaints: number;
}

export interface ScoresPolicy {
  weights: ScoreParts;
  /** Below so many visits no score is shown. */
  minimumVisits: number;
  /** Complaints per 1,000 visits at which their part is 0. */
  complaintsPerThousandAtZero: number;
}

/** The city's ratings in the month: the prior toward which few ratings are shrunk. */
export interface CityPrior {
  /** 1–5. */
  mean: number;
  /** Variance of single ratings within a subject. */
  within: number;
  /** Variance of subjects' true means around the city's. */
  between: number;
}

export interface Score {
  score: number;
  low: number;
  high: number;
  parts: ScoreParts;
}

const Z95 = 1.959964;

/** Share `k / n` with its standard error, by adding two successes and two failures (Agresti–Coull). */
function share(k: number, n: number): { p: number; se: number } {
  const p = n === 0 ? 0 : k / n;
  const adjusted = (k + 2) / (n + 4);
  return { p, se: Math.sqrt((adjusted * (1 - adjusted)) / (n + 4)) };
}

/**
 * The score 0–100 with its 95 % interval. Satisfaction is the empirical-Bayes mean: with few ratings it leans
 * toward the city's. Deterministic: the same measures, prior and policy give the same number.
 */
export function scoreOf(measures: Measures, prior: CityPrior, policy: ScoresPolicy): Score {
  const { weights } = policy;
  const r = measures.ratings;
  const ownMean = r === 0 ? prior.mean : measures.ratingSum / r;
  const pull = r === 0 ? 0 : prior.between / (prior.between + prior.within / r);
  const mean = prior.mean + pull * (ownMean - prior.mean);
  const satisfaction = (mean - 1) / 4;
  const satisfactionSe = Math.sqrt(r === 0 ? prior.between : (pull * prior.within) / r) / 4;

  const completion = share(measures.completed, measures.planned);
  const punctuality = share(measures.punctual, measures.completed);
  const verification = share(measures.verified, measures.completed);
  const duration = share(measures.durationKept, measures.completed);
  const perThousand = measures.planned === 0 ? 0 : (1000 * measures.complaints) / measures.planned;
  const calm = Math.max(0, 1 - perThousand / policy.complaintsPerThousandAtZero);
  const calmSe =
    measures.planned === 0
      ? 0
      : (1000 * Math.sqrt(measures.complaints + 1)) / measures.planned / policy.complaintsPerThousandAtZero;

  const parts: ScoreParts = {
    satisfaction: weights.satisfaction * satisfaction,
    reliability: (weights.reliability * (completion.p + punctuality.p)) / 2,
    conformity: (weights.conformity * (verification.p + duration.p)) / 2,
    complaints: weights.complaints * calm,
  };
  const score = parts.satisfaction + parts.reliability + parts.conformity + parts.complaints;
  const variance =
    (weights.satisfaction * satisfactionSe) ** 2 +
    (weights.reliability / 2) ** 2 * (completion.se ** 2 + punctuality.se ** 2) +
    (weights.conformity / 2) ** 2 * (verification.se ** 2 + duration.se ** 2) +
    (weights.complaints * Math.min(calmSe, 1)) ** 2;
  const half = Z95 * Math.sqrt(variance);
  return { score, low: Math.max(0, score - half), high: Math.min(100, score + half), parts };
}

/** So many ratings the prior weighs at least, however much the subjects differ: a few fives prove little (Q2). */
const LEAST_PRIOR_RATINGS = 10;

/**
 * The prior from the subjects' own ratings, by the method of moments; with too little data it is the city mean
 * with a standard deviation of 0.25 between subjects and 0.8 within.
 */
export function cityPrior(
  subjects: readonly Pick<Measures, 'ratings' | 'ratingSum' | 'ratingSquares'>[],
): CityPrior {
  const rated = subjects.filter((s) => s.ratings > 1);
  const ratings = rated.reduce((sum, s) => sum + s.ratings, 0);
  const total = rated.reduce((sum, s) => sum + s.ratingSum, 0);
  if (rated.length < 3) return { mean: ratings === 0 ? 4 : total / ratings, within: 0.64, between: 0.064 };
  const mean = total / ratings;
  const withinSum = rated.reduce((sum, s) => sum + s.ratingSquares - s.ratingSum ** 2 / s.ratings, 0);
  const within = Math.max(withinSum / (ratings - rated.length), 0.01);
  const betweenSum = rated.reduce((sum, s) => sum + s.ratings * (s.ratingSum / s.ratings - mean) ** 2, 0);
  const effective = ratings - rated.reduce((sum, s) => sum + s.ratings ** 2, 0) / ratings;
  const between = (betweenSum - (rated.length - 1) * within) / effective;
  return { mean, within, between: Math.min(Math.max(between, 0.0001), within / LEAST_PRIOR_RATINGS) };
}

/** `YYYY-MM` of an instant in Asia/Shanghai (UTC+8, no daylight saving since 1991). */
export function monthOf(at: Date): string {
  return dayOf(at).slice(0, 7);
}

/** The two instants between which a month `YYYY-MM` lies in Asia/Shanghai. */
export function monthBounds(month: string): { from: Date; until: Date } {
  const [year = 0, index = 1] = month.split('-').map(Number);
  const shift = 8 * 3_600_000;
  return {
    from: new Date(Date.UTC(year, index - 1, 1) - shift),
    until: new Date(Date.UTC(year, index, 1) - shift),
  };
}

/** The month so many months before one `YYYY-MM`. */
export function monthsBefore(month: string, count: number): string {
  const [year = 0, index = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, index - 1 - count, 1)).toISOString().slice(0, 7);
}
