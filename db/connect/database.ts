/**
 * The way to the database. drizzle changes the parsers of the postgres.js client it is given, so plain SQL and
 * LISTEN have a client of their own. Both find the city's tables by the search path, never by a schema name.
 */
import { PgTransaction } from 'drizzle-orm/pg-core';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import type { Config } from './config.ts';
import { prepared } from './prepared.ts';
import { APP_ROLE } from './privileges.ts';

export type Database = PostgresJsDatabase;
export type Tx = Parameters<Parameters<Database['transaction']>[0]>[0];

/** Whether what is sent through it is part of a transaction that somebody else ends. */
export const inTransaction = (db: Database | Tx): db is Tx => db instanceof PgTransaction;

export interface OpenDatabase {
  db: Database;
  /** Reads that may lag a little, such as dashboards; the replica where one is configured. */
  reads: Database;
  /** Plain SQL and LISTEN. */
  sql: postgres.Sql;
  close(): Promise<void>;
}

type Where = Pick<Config, 'databaseUrl' | 'databaseReadUrl' | 'databasePool' | 'schema'> &
  Partial<Pick<Config, 'databaseOwnerUrl'>>;

/**
 * Opens the city's database; `part` names the process in `pg_stat_activity`. Connects at the first query, under the
 * role of the application, which cannot change what is posted; `owner` is for loading a city at once.
 */
export function openDatabase(
  config: Where,
  part = 'huzhu',
  as: 'application' | 'owner' = 'application',
): OpenDatabase {
  const isOwner = as === 'owner';
  const url = needUrl(isOwner ? ownerUrl(config) : config.databaseUrl);
  const role = isOwner ? null : APP_ROLE;
  const main = client(url, config.schema, part, config.databasePool, role);
  const plain = client(
    url,
    config.schema,
    `${part} sql`,
    Math.max(2, Math.ceil(config.databasePool / 4)),
    role,
  );
  const replica = config.databaseReadUrl
    ? client(config.databaseReadUrl, config.schema, `${part} reads`, config.databasePool, role)
    : null;
  const db = drizzle(prepared(main));
  return {
    db,
    reads: replica ? drizzle(prepared(replica)) : db,
    sql: plain,
    async close() {
      await Promise.all([main, plain, replica].map((each) => each?.end({ timeout: 5 })));
    },
  };
}

/** The address at which the owner of the tables signs in. */
export function ownerUrl(config: Pick<Where, 'databaseUrl' | 'databaseOwnerUrl'>): string | null {
  return config.databaseOwnerUrl ?? config.databaseUrl;
}

/** A postgres.js client whose unqualified names mean the city's schema and whose 64-bit integers are numbers. */
export function client(
  url: string,
  schema: string,
  part: string,
  connections: number,
  role: string | null = null,
): postgres.Sql {
  return postgres(url, {
    max: connections,
    connect_timeout: 10,
    onnotice: () => {},
    connection: {
      application_name: part,
      search_path: searchPath(schema),
      TimeZone: 'UTC',
      ...(role ? { role } : {}),
    },
    types: { int8: { to: 20, from: [20], serialize: String, parse: wholeNumber } },
  }) as unknown as postgres.Sql;
}

/** Extensions live in `public`, so a city in a schema of its own sees that too. */
function searchPath(schema: string): string {
  return schema === 'public' ? 'public' : `${schema}, public`;
}

function wholeNumber(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

function needUrl(url: string | null): string {
  if (!url)
    throw new Error('No address of a database: DATABASE_URL is not set and no embedded server is running.');
  return url;
}
