/**
 * What the application itself may do to a table. It works under a role that owns nothing: append-only books it can add
 * to but not change, and the ledger it can read; that is written by the functions of the bank alone.
 */
import type postgres from 'postgres';

/** The role under which every process but the migrations works; the migrations make it. */
export const APP_ROLE = 'huzhu_app';

const READ_ONLY = new Set([
  'accounts',
  'account_shards',
  'account_days',
  'district_days',
  'district_flows',
  'transfers',
  'transfer_keys',
  'holds',
  'settlements',
  'reversals',
]);
const ADD_ONLY = new Set([
  'audit',
  'events',
  'order_history',
  'visit_evidence',
  'visit_notes',
  'visit_photos',
  'policies',
  'services',
  'ratings',
  'alert_steps',
  'dispute_steps',
  'complaint_steps',
  'call_attempts',
  'stay_history',
  'handover_notes',
  'contract_history',
  'contract_months',
  'tree_leaves',
  'tree_nodes',
  'tree_heads',
  'day_plans',
]);
/** Written by the ledger's functions, taken away by the sealer. */
const TAKE_ONLY = new Set(['unsealed']);

/** Gives the role what it may do in the city's schema; safe to repeat, and right also for tables that are new. */
export async function grantApplication(sql: postgres.Sql): Promise<void> {
  await sql.begin(async (tx) => {
    const role = tx(APP_ROLE);
    const [where] = await tx<{ schema: string }[]>`select current_schema() as schema`;
    await tx`grant usage on schema ${tx(where!.schema)} to ${role}`;
    await tx`grant usage, select on all sequences in schema ${tx(where!.schema)} to ${role}`;
    // A month's part of a book is reached by the book alone.
    const tables = await tx<{ name: string }[]>`
      select relname as name from pg_class
      where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v') and not relispartition`;
    for (const { name } of tables) {
      const table = tx(name);
      await tx`revoke all on ${table} from ${role}`;
      if (READ_ONLY.has(name)) await tx`grant select on ${table} to ${role}`;
      else if (ADD_ONLY.has(name)) await tx`grant select, insert on ${table} to ${role}`;
      else if (TAKE_ONLY.has(name)) await tx`grant select, delete on ${table} to ${role}`;
      else await tx`grant select, insert, update, delete on ${table} to ${role}`;
    }
  });
}

/**
 * Lets the user of the application's address work under the role. Throws when that user has the owner's rights itself,
 * for then the role would keep it from nothing.
 */
export async function admitLogin(sql: postgres.Sql, applicationUrl: string): Promise<void> {
  const login = decodeURIComponent(new URL(applicationUrl).username);
  const [found] = await sql<{ owns: boolean; belongs: boolean }[]>`
    select pg_has_role(oid, current_user, 'MEMBER') as owns, pg_has_role(oid, ${APP_ROLE}, 'MEMBER') as belongs
    from pg_roles where rolname = ${login}`;
  if (!found) throw new Error(`The user ${login} of DATABASE_URL is not a user of that server.`);
  if (found.owns)
    throw new Error(
      `The user ${login} of DATABASE_URL has the rights of the owner of DATABASE_OWNER_URL. Let DATABASE_URL name a user of its own, made by: CREATE ROLE huzhu_login LOGIN PASSWORD '…'`,
    );
  if (!found.belongs) await sql`grant ${sql(APP_ROLE)} to ${sql(login)}`;
}
