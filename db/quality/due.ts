/** Remembers whose month has changed, so that the worker reckons the score anew. */
import { sql } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { monthOf, type SubjectKind } from './rules.ts';

/** What of a visit says whose scores it touches. */
interface Touched {
  providerId: string | null;
  stationId: string | null;
  districtCode: string;
  plannedStartAt: Date;
}

/** Marks the provider, station and district of visits as due in the visits' month; seen when the visits are. */
export async function markDue(tx: Tx, act: Act, visits: readonly Touched[]): Promise<void> {
  const due = new Map<string, { kind: SubjectKind; id: string; month: string }>();
  for (const visit of visits) {
    const month = monthOf(visit.plannedStartAt);
    const subjects: [SubjectKind, string | null][] = [
      ['provider', visit.providerId],
      ['station', visit.stationId],
      ['district', visit.districtCode],
    ];
    for (const [kind, id] of subjects) if (id) due.set(`${kind}:${id}:${month}`, { kind, id, month });
  }
  if (due.size === 0) return;
  const rows = [...due.values()];
  await tx.execute(sql`
    insert into scores_due (subject_kind, subject_id, month, since)
    select d.kind, d.id, d.month, ${act.at.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as d(kind text, id text, month text)`);
}
