/**
 * A select whose text is made once. drizzle writes every statement anew, column by column, which for a wide table costs
 * the process more than the database needs to answer it; what every call asks is compiled at its first use.
 */
import { eq, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import type { Database, Tx } from './database.ts';

/** Builds without a database. */
const writer = drizzle.mock();

interface Select<Row> {
  prepare(name: string): { execute(values: Record<string, unknown>): Promise<Row[]> };
}

/** Which client a database or a transaction sends through; drizzle keeps it with the session. */
const clientOf = (db: Database | Tx): postgres.Sql =>
  (db as unknown as { _: { session: { client: postgres.Sql } } })._.session.client;

/**
 * Returns how to run the select that `build` makes with `sql.placeholder(name)` for what changes: with a database or a
 * transaction, and the values by name as the driver takes them. The rows are those the builder would give.
 */
export function compiled<Row>(
  build: (db: Database) => Select<Row>,
): (db: Database | Tx, values: Record<string, string | number | boolean | null>) => Promise<Row[]> {
  let template: ReturnType<Select<Row>['prepare']> | null = null;
  return (db, values) => {
    template ??= build(writer).prepare('compiled');
    return Object.assign(Object.create(template) as typeof template, { client: clientOf(db) }).execute(
      values,
    );
  };
}

/**
 * Returns how to run a select for rows whose column is one of these keys, `within` being the condition. Compiled twice: of
 * one key, which is what nearly every call asks for, PostgreSQL knows the plan beforehand.
 */
export function byKeys<Row>(
  column: PgColumn,
  build: (db: Database, within: SQL) => Select<Row>,
): (db: Database | Tx, ids: readonly string[]) => Promise<Row[]> {
  const one = compiled((db) => build(db, eq(column, sql.placeholder('id'))));
  const several = compiled((db) => build(db, sql`${column} = any(${sql.placeholder('ids')}::uuid[])`));
  return async (db, ids) => {
    const [id] = ids;
    if (id === undefined) return [];
    return ids.length === 1 ? one(db, { id }) : several(db, { ids: `{${ids.join(',')}}` });
  };
}
