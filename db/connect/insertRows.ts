/**
 * Many rows in one statement with one parameter, however many rows and columns there are: a large set costs neither a
 * long statement nor a limit on parameters.
 */
import { getTableColumns, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Database, Tx } from './database.ts';

/** Inserts rows that all give the same columns; the others get their defaults. Throws what PostgreSQL says. */
export async function insertRows<T extends PgTable>(
  tx: Database | Tx,
  table: T,
  rows: readonly T['$inferInsert'][],
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.entries(getTableColumns(table)).filter(([name]) => name in first);
  const plain = rows.map((row) =>
    Object.fromEntries(
      columns.map(([name, column]) => [column.name, plainOf((row as Record<string, unknown>)[name])]),
    ),
  );
  const names = sql.join(
    columns.map(([, column]) => sql.identifier(column.name)),
    sql`, `,
  );
  await tx.execute(
    sql`insert into ${table} (${names}) select ${names} from jsonb_populate_recordset(null::${table}, ${JSON.stringify(plain)}::jsonb)`,
  );
}

/** Bytes as PostgreSQL writes them, for JSON does not know any. */
export const byteaText = (value: Uint8Array): string => `\\x${Buffer.from(value).toString('hex')}`;

const plainOf = (value: unknown): unknown => (value instanceof Uint8Array ? byteaText(value) : value);
