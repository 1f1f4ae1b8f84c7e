/** A bulk load into empty tables without the indexes that only readers need; they are built once, at the end. */
import { sql } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';

/** The commands themselves look offers up by it. */
const NEEDED = 'offers_order';

/** Takes every index away that keeps no promise, does the work, and builds the same indexes again. */
export async function withBareTables(tx: Tx, work: () => Promise<void>): Promise<void> {
  const indexes = await tx.execute<{ name: string; definition: string }>(sql`
    select format('%I', c.relname) as name, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') as definition
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = current_schema()::regnamespace and not c.relispartition and not i.indisunique
      and not exists (select from pg_constraint where conindid = i.indexrelid)
      and c.relname <> ${NEEDED}
    order by c.relname`);
  for (const { name } of indexes) await tx.execute(sql.raw(`drop index ${name}`));
  await work();
  // What is looked at when the transaction ends is looked at now: a table that waits for that takes no index.
  await tx.execute(sql`set constraints all immediate`);
  await tx.execute(sql`set constraints all deferred`);
  for (const { definition } of indexes) await tx.execute(sql.raw(definition));
}
