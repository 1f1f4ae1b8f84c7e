/** Reckoning scores (Q1, Q2): measures counted from the visits themselves, then the pure score of rules.ts. */
import { and, eq, inArray, lte, sql } from 'drizzle-orm';
import { takeTurn } from '../audit/occasions.ts';
import type { Act } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { groupBy } from '../connect/groupBy.ts';
import { idFloor } from '../connect/ids.ts';
import { record } from '../events/events.ts';
import { currentPolicy } from '../services/policies.ts';
import { floorOf } from '../visits/floor.ts';
import { cityPrior, type Measures, monthBounds, type SubjectKind, scoreOf } from './rules.ts';
import { scores } from './schema.ts';

const DAY = 86_400_000;

const subjectColumn = { provider: 'provider_id', station: 'station_id', district: 'district_code' } as const;

interface MeasureRow extends Record<keyof Measures, string>, Record<string, unknown> {
  subject: string;
}

/** Counts the measures of subjects in a month; all subjects of the kind when `ids` is null. */
export async function measure(
  db: Database | Tx,
  kind: SubjectKind,
  month: string,
  ids: readonly string[] | null,
): Promise<Map<string, Measures>> {
  const { from, until } = monthBounds(month);
  const subject = sql.raw(`v.${subjectColumn[kind]}::text`);
  const only = ids
    ? sql`and v.${sql.raw(subjectColumn[kind])} in (select s${sql.raw(kind === 'district' ? '' : '::uuid')} from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) as s)`
    : sql`and v.${sql.raw(subjectColumn[kind])} is not null`;
  const rows = await db.execute<MeasureRow>(sql`
    select ${subject} as subject,
      count(*)::text as planned,
      count(*) filter (where v.state = 'settled')::text as completed,
      count(*) filter (where v.state = 'settled' and v.check_in_at <= v.latest_start_at)::text as punctual,
      count(*) filter (where v.state = 'settled' and v.trust >= 3 and v.manual_edits = 0)::text as verified,
      count(*) filter (where v.state = 'settled' and v.verified_minutes >= 0.8 * v.planned_minutes)::text as "durationKept",
      coalesce(sum(r.n), 0)::text as ratings,
      coalesce(sum(r.total), 0)::text as "ratingSum",
      coalesce(sum(r.squares), 0)::text as "ratingSquares",
      coalesce(sum(c.n), 0)::text as complaints
    from visits v
    left join lateral (
      select count(*) as n, sum(mean) as total, sum(mean * mean) as squares from ratings where visit_id = v.id) r on true
    left join lateral (
      select count(*) as n from complaints where visit_id = v.id and outcome is distinct from 'unfounded' and outcome is distinct from 'withdrawn') c on true
    where v.planned_start_at >= ${from.toISOString()}::timestamptz
      and v.planned_start_at < ${until.toISOString()}::timestamptz
      and v.id >= ${floorOf(from)}::uuid
      and v.id < ${idFloor(new Date(until.getTime() + DAY))}::uuid
      and v.state in ('settled', 'missed') ${only}
    group by 1`);
  return new Map(
    rows.map(({ subject: id, ...counts }) => [
      id,
      Object.fromEntries(Object.entries(counts).map(([name, n]) => [name, Number(n)])) as unknown as Measures,
    ]),
  );
}

/** Scores subjects of a month anew against the city's ratings of that month, and announces them. */
async function score(
  tx: Tx,
  act: Act,
  kind: SubjectKind,
  month: string,
  fresh: ReadonlyMap<string, Measures>,
): Promise<void> {
  if (fresh.size === 0) return;
  const policy = await currentPolicy(tx, 'scores', act.at);
  const stored = await tx
    .select({ subjectId: scores.subjectId, measures: scores.measures })
    .from(scores)
    .where(and(eq(scores.subjectKind, kind), eq(scores.month, month)));
  const all = new Map([...stored.map((row) => [row.subjectId, row.measures] as const), ...fresh]);
  const prior = cityPrior([...all.values()]);
  const rows = [...fresh].map(([subjectId, measures]) => ({
    subjectKind: kind,
    subjectId,
    month,
    n: measures.planned,
    ...scoreOf(measures, prior, policy.body),
    measures,
    policyId: policy.id,
    at: act.at,
  }));
  const excluded = (column: string) => sql.raw(`excluded.${column}`);
  await tx
    .insert(scores)
    .values(rows)
    .onConflictDoUpdate({
      target: [scores.subjectKind, scores.subjectId, scores.month],
      set: {
        n: excluded('n'),
        score: excluded('score'),
        low: excluded('low'),
        high: excluded('high'),
        parts: excluded('parts'),
        measures: excluded('measures'),
        policyId: excluded('policy_id'),
        at: excluded('at'),
      },
      setWhere: lte(scores.at, act.at),
    });
  await record(
    tx,
    act,
    rows.map((row) => ({
      kind: 'score' as const,
      recordId: row.subjectId,
      personIds: [],
      detail: { subject: kind, month, score: Math.round(row.score * 10) / 10 },
    })),
  );
}

/**
 * Reckons the subjects of at most `limit` marks; returns how many subjects. One worker at a time, so that an older
 * count never replaces a newer one.
 */
export async function reckonDue(tx: Tx, act: Act, limit: number): Promise<number> {
  if (!(await takeTurn(tx, 'scores'))) return 0;
  const marks = await tx.execute<{ kind: SubjectKind; id: string; month: string }>(sql`
    delete from scores_due where position in (select position from scores_due order by position limit ${limit})
    returning subject_kind as kind, subject_id as id, month`);
  const due = new Map(marks.map((mark) => [`${mark.kind}:${mark.id}:${mark.month}`, mark]));
  const groups = groupBy(due.values(), (row) => `${row.kind}:${row.month}`);
  for (const rows of groups.values()) {
    const [first] = rows;
    if (!first) continue;
    const ids = rows.map((row) => row.id);
    await score(tx, act, first.kind, first.month, await measure(tx, first.kind, first.month, ids));
  }
  return due.size;
}

/** Reckons every subject of a month from its visits. */
export async function reckonMonth(tx: Tx, act: Act, month: string): Promise<void> {
  for (const kind of ['provider', 'station', 'district'] as const) {
    const fresh = await measure(tx, kind, month, null);
    const gone = await tx
      .select({ id: scores.subjectId })
      .from(scores)
      .where(and(eq(scores.subjectKind, kind), eq(scores.month, month)));
    const stale = gone.map((row) => row.id).filter((id) => !fresh.has(id));
    if (stale.length > 0)
      await tx
        .delete(scores)
        .where(and(eq(scores.subjectKind, kind), eq(scores.month, month), inArray(scores.subjectId, stale)));
    await score(tx, act, kind, month, fresh);
  }
}
