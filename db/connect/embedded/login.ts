/**
 * The user as whom the product's processes sign in on the embedded server: a member of the application's role and
 * nothing more, so that no statement of theirs can take the owner's rights.
 */
import postgres from 'postgres';
import { APP_ROLE } from '../privileges.ts';

export const LOGIN_NAME = 'huzhu_login';

/** Makes the role and the user where they are missing, and the user's password what is kept beside the data. */
export async function ensureLogin(ownerUrl: string, password: string): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} });
  try {
    for (const [name, kind] of [
      [APP_ROLE, 'nologin'],
      [LOGIN_NAME, 'login'],
    ] as const) {
      const found = await sql`select from pg_roles where rolname = ${name}`;
      if (found.length === 0) await sql`create role ${sql(name)} ${sql.unsafe(kind)}`;
    }
    const [row] = await sql<{ word: string }[]>`select quote_literal(${password}::text) as word`;
    await sql`alter role ${sql(LOGIN_NAME)} password ${sql.unsafe(row!.word)}`;
    await sql`grant ${sql(APP_ROLE)} to ${sql(LOGIN_NAME)}`;
  } finally {
    await sql.end();
  }
}
