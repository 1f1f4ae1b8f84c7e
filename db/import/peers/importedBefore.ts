/** Who was given what by an import before. */
import { sql } from 'drizzle-orm';
import type { Database } from '../../connect/database.ts';

/** The key of an import to each of these persons that begins with `prefix`; those without one are left out. */
export async function importedBefore(
  db: Database,
  personIds: readonly string[],
  prefix: string,
): Promise<Map<string, string>> {
  if (personIds.length === 0) return new Map();
  const rows = await db.execute<{ owner_id: string; key: string }>(sql`
    select a.owner_id, min(t.idempotency_key) as key
    from accounts a join transfers t on t.credit_account_id = a.id
    where a.owner_id in (select jsonb_array_elements_text(${JSON.stringify(personIds)}::jsonb))
      and a.kind = 'personal' and t.cause = 'import' and starts_with(t.idempotency_key, ${prefix})
    group by a.owner_id`);
  return new Map(rows.map((row) => [row.owner_id, row.key]));
}
