/** Nobody is asked more often than they want (S4, C25). */
import { sql } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';
import { lockWeeklyCaps } from '../people/asked.ts';

interface Ask {
  kind: 'volunteer' | 'carer';
  personId: string;
}

/**
 * Those of the asks, in the order given, by which nobody is asked more than their weekly cap: every offer of the last
 * seven days counts, answered or not. Carers are their provider's to ask and have none.
 */
export async function withinWeeklyCap<A extends Ask>(tx: Tx, asks: readonly A[], at: Date): Promise<A[]> {
  const people = [...new Set(asks.filter((ask) => ask.kind === 'volunteer').map((ask) => ask.personId))];
  if (people.length === 0) return [...asks];
  const left = await lockWeeklyCaps(tx, people);
  const rows = await tx.execute<{ person_id: string; asks: number }>(sql`
    select f.person_id, count(*)::int as asks from offers f
    where f.person_id = any (${`{${people.join(',')}}`}::uuid[])
      and f.sent_at > ${at.toISOString()}::timestamptz - interval '7 days'
    group by f.person_id`);
  for (const row of rows) left.set(row.person_id, (left.get(row.person_id) ?? 0) - row.asks);
  return asks.filter(({ kind, personId }) => {
    if (kind === 'carer') return true;
    const asksLeft = left.get(personId) ?? 0;
    left.set(personId, asksLeft - 1);
    return asksLeft > 0;
  });
}
