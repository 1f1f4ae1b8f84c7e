/** Whether those who hold a connection open are still signed in. */
import { sql } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';

/** Of these sessions and API keys, the ones still in force at `at`, whose accounts are open. */
export async function sessionsInForce(db: Database, ids: readonly string[], at: Date): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const asked = sql`(select x::uuid from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) as x)`;
  const now = sql`${at.toISOString()}::timestamptz`;
  const rows = await db.execute<{ id: string }>(sql`
    select s.id from sessions s join users u on u.id = s.user_id
    where s.id in ${asked} and s.expires_at > ${now} and u.closed_at is null
    union all
    select k.id from api_keys k join users u on u.id = k.reference_id
    where k.id in ${asked} and k.enabled and coalesce(k.expires_at > ${now}, true) and u.closed_at is null`);
  return new Set(rows.map((row) => row.id));
}
