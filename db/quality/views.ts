/** Monthly scores for the quality page: every subject of a kind, with its measures and how it came here (Q1, Q2, Q4). */
import { and, asc, desc, eq, gte, inArray, lte } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import { areas } from '../people/schema.ts';
import { providers, stations } from '../providers/schema.ts';
import { bodyOf, currentPolicy } from '../services/policies.ts';
import { policies } from '../services/schema.ts';
import {
  type Measures,
  monthOf,
  monthsBefore,
  type ScoreParts,
  type ScoresPolicy,
  type SubjectKind,
} from './rules.ts';
import { scores } from './schema.ts';

export interface ScoreView {
  subjectId: string;
  name: string;
  /** Closed visits counted. */
  n: number;
  /** 0–100; null below the policy's least number of visits. */
  score: number | null;
  low: number;
  high: number;
  enough: boolean;
  parts: ScoreParts;
  measures: Omit<Measures, 'ratingSum' | 'ratingSquares'> & { satisfaction: number | null };
  trend: { month: string; score: number | null }[];
}

export interface ScoresOfMonth {
  month: string;
  /** Months that have scores, newest first. */
  months: string[];
  policyVersion: number;
  /** How that version makes a score. */
  rule: ScoresPolicy;
  /** Mean score of the subjects with enough visits, weighted by visits; null when there is none. */
  cityMean: number | null;
  items: ScoreView[];
}

const MOST_SUBJECTS = 1_000;
const MOST_MONTHS = 24;
const TREND_MONTHS = 6;

async function subjectNames(
  db: Database,
  kind: SubjectKind,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const wanted = [...ids];
  const rows =
    kind === 'district'
      ? await db.select({ id: areas.code, name: areas.name }).from(areas).where(inArray(areas.code, wanted))
      : kind === 'provider'
        ? await db
            .select({ id: providers.id, name: providers.name })
            .from(providers)
            .where(inArray(providers.id, wanted))
        : await db
            .select({ id: stations.id, name: stations.name })
            .from(stations)
            .where(inArray(stations.id, wanted));
  return new Map(rows.map((row) => [row.id, row.name]));
}

const tenth = (value: number) => Math.round(value * 10) / 10;

/** The scores of a kind of subject in a month, or in the latest month that has any; best first. */
export async function scoresOf(
  db: Database,
  kind: SubjectKind,
  asked: string | null,
  at: Date,
): Promise<ScoresOfMonth> {
  const known = await db
    .selectDistinct({ month: scores.month })
    .from(scores)
    .where(eq(scores.subjectKind, kind))
    .orderBy(desc(scores.month))
    .limit(MOST_MONTHS);
  const months = known.map((row) => row.month);
  const month = asked ?? months[0] ?? monthOf(at);
  const policy = await currentPolicy(db, 'scores', at);
  const rows = await db
    .select({ score: scores, version: policies.version, body: policies.body })
    .from(scores)
    .innerJoin(policies, eq(policies.id, scores.policyId))
    .where(and(eq(scores.subjectKind, kind), eq(scores.month, month)))
    .orderBy(desc(scores.score), asc(scores.subjectId))
    .limit(MOST_SUBJECTS);
  const past = await db
    .select({ subjectId: scores.subjectId, month: scores.month, n: scores.n, score: scores.score })
    .from(scores)
    .where(
      and(
        eq(scores.subjectKind, kind),
        gte(scores.month, monthsBefore(month, TREND_MONTHS - 1)),
        lte(scores.month, month),
      ),
    )
    .orderBy(asc(scores.month))
    .limit(MOST_SUBJECTS * TREND_MONTHS);
  const rule = rows[0] ? bodyOf('scores', rows[0].version, rows[0].body) : policy.body;
  const least = rule.minimumVisits;
  const trends = new Map<string, ScoreView['trend']>();
  for (const one of past) {
    const trend = trends.get(one.subjectId) ?? [];
    trend.push({ month: one.month, score: one.n >= least ? tenth(one.score) : null });
    trends.set(one.subjectId, trend);
  }
  const names = await subjectNames(
    db,
    kind,
    rows.map((row) => row.score.subjectId),
  );
  const items = rows.map(({ score: row }): ScoreView => {
    const { ratingSum, ratingSquares: _, ...counts } = row.measures;
    return {
      subjectId: row.subjectId,
      name: names.get(row.subjectId) ?? row.subjectId,
      n: row.n,
      score: row.n >= least ? tenth(row.score) : null,
      low: tenth(row.low),
      high: tenth(row.high),
      enough: row.n >= least,
      parts: row.parts,
      measures: {
        ...counts,
        satisfaction: counts.ratings > 0 ? Math.round((ratingSum / counts.ratings) * 100) / 100 : null,
      },
      trend: trends.get(row.subjectId) ?? [],
    };
  });
  const counted = rows.filter((row) => row.score.n >= least);
  const visits = counted.reduce((sum, row) => sum + row.score.n, 0);
  return {
    month,
    months,
    policyVersion: rows[0]?.version ?? policy.version,
    rule,
    cityMean:
      visits > 0
        ? tenth(counted.reduce((sum, row) => sum + row.score.score * row.score.n, 0) / visits)
        : null,
    items: items.sort((a, b) => Number(b.enough) - Number(a.enough)),
  };
}
