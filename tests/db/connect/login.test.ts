/** As whom the product signs in: a user that no statement makes the owner, on the embedded server and on another. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { client, type OpenDatabase, openDatabase } from '../../../db/connect/database.ts';
import { type Embedded, removeEmbedded, startEmbedded } from '../../../db/connect/embedded/start.ts';
import { migrate } from '../../../db/connect/migrate.ts';
import { APP_ROLE } from '../../../db/connect/privileges.ts';
import { type TestDatabase, testDatabase } from '../../support/database.ts';
import { said } from '../bank/support/plainSql.ts';

const LEDGER = [
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
];

const where = (databaseUrl: string, databaseOwnerUrl: string | null) => ({
  databaseUrl,
  databaseOwnerUrl,
  databaseReadUrl: null,
  databasePool: 2,
  schema: 'public',
});

/** Every way to write a row of the ledger, by every way to be somebody else. */
async function isKeptOut(application: postgres.Sql, owner: string): Promise<void> {
  for (const disguise of ['select', 'set role none', 'reset role', 'reset session authorization']) {
    for (const name of LEDGER) {
      const attempts = [
        `insert into ${name} select * from ${name}`,
        `update ${name} set ctid = ctid`,
        `delete from ${name}`,
        `truncate ${name} cascade`,
        `drop table ${name}`,
        `alter table ${name} disable trigger all`,
      ];
      for (const attempt of attempts) {
        const outcome = await said(
          application.begin(async (tx) => {
            await tx.unsafe(disguise);
            await tx.unsafe(attempt.replace('ctid = ctid', `${await firstColumn(tx, name)} = default`));
          }),
        );
        expect(outcome, `${disguise}; ${attempt}`).toBe('42501');
      }
    }
  }
  for (const sentence of [
    `set role ${owner}`,
    `set session authorization ${owner}`,
    `grant ${owner} to current_user`,
    `alter role ${owner} password 'x'`,
  ])
    expect(await said(application.unsafe(sentence)), sentence).toBe('42501');
}

async function firstColumn(sql: postgres.ISql, table: string): Promise<string> {
  const [row] = await sql<{ name: string }[]>`
    select attname as name from pg_attribute where attrelid = ${table}::regclass and attnum = 1`;
  return row!.name;
}

describe('the embedded server', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-login-'));
  chmodSync(folder, 0o711); // As root the server's own user has to get through.
  const stateDir = path.join(folder, 'state');
  const passwordFile = path.join(stateDir, 'postgres/password-of-login');
  let server: Embedded;
  let open: OpenDatabase;
  const up = async () => {
    server = await startEmbedded({ stateDir, settings: { fsync: 'off', shared_buffers: '32MB' } });
    await migrate(where(server.loginUrl, server.url));
    open = openDatabase(where(server.loginUrl, server.url), 'test login');
  };
  const down = async () => {
    await open.close();
    await server.stop();
  };
  beforeAll(up);
  afterAll(async () => {
    await down();
    await removeEmbedded(stateDir);
    rmSync(folder, { recursive: true, force: true });
  });

  it("lets the application in as a user that cannot take the owner's rights", async () => {
    const [me] = await open.sql`
      select session_user as login, current_user as role, rolsuper or rolcreaterole or rolcreatedb as mighty
      from pg_roles where rolname = session_user`;
    expect(me).toEqual({ login: 'huzhu_login', role: APP_ROLE, mighty: false });
    await isKeptOut(open.sql, 'huzhu');
    expect(await said(open.sql`select from transfers limit 1`)).toBe('done');
  });

  it('keeps the password of that user as closely as that of the owner', () => {
    expect(statSync(passwordFile).mode & 0o777).toBe(0o600);
    expect(server.loginUrl).toContain(readFileSync(passwordFile, 'utf8').trim());
    expect(server.loginUrl).not.toContain(new URL(server.url).password);
  });

  it('makes user and password on data from before there was one, and where a password was lost', async () => {
    const before = server.loginUrl;
    const owner = client(server.url, 'public', 'test owner', 1);
    await open.close();
    await owner`drop role huzhu_login`;
    await owner.end();
    await server.stop();
    rmSync(passwordFile);
    await up();
    expect(server.loginUrl).not.toBe(before);
    expect(await said(open.sql`select from transfers limit 1`)).toBe('done');
    await down();
    rmSync(passwordFile);
    await up();
    expect(await said(open.sql`select from transfers limit 1`)).toBe('done');
  });
});

describe('another server', () => {
  const owner = `huzhu_owner_${process.pid}`;
  const login = `huzhu_application_${process.pid}`;
  let city: TestDatabase;
  const as = (user: string) => {
    const url = new URL(city.url);
    url.username = user;
    url.password = 'only for this test';
    url.pathname = `/${owner}`;
    return url.href;
  };
  beforeAll(async () => {
    city = await testDatabase();
    await city.sql.unsafe(`create role ${owner} login createrole password 'only for this test'`);
    await city.sql.unsafe(`grant ${APP_ROLE} to ${owner} with admin option`);
    await city.sql.unsafe(`create role ${login} login password 'only for this test'`);
    await city.sql.unsafe(`create database ${owner} owner ${owner}`);
  });
  afterAll(async () => {
    await city.sql.unsafe(`drop database if exists ${owner} with (force)`);
    await city.sql.unsafe(`drop role ${login}`);
    await city.sql.unsafe(`drop role ${owner}`);
    await city.close();
  });

  it('is migrated by the owner and worked with by a user of its own', async () => {
    await migrate(where(as(login), as(owner)));
    await migrate(where(as(login), as(owner)));
    const open = openDatabase(where(as(login), as(owner)), 'test login');
    await isKeptOut(open.sql, owner);
    expect(await said(open.sql`select from transfers limit 1`)).toBe('done');
    await open.close();
    const loading = openDatabase(where(as(login), as(owner)), 'test owner', 'owner');
    expect(await loading.sql`select current_user::text as name`).toEqual([{ name: owner }]);
    await loading.close();
  });

  it('refuses an address of the application that is the owner after all', async () => {
    await expect(migrate(where(as(owner), as(owner)))).rejects.toThrow(/has the rights of the owner/);
    await city.sql.unsafe(`grant ${owner} to ${login}`);
    await expect(migrate(where(as(login), as(owner)))).rejects.toThrow(/has the rights of the owner/);
    await city.sql.unsafe(`revoke ${owner} from ${login}`);
    await expect(migrate(where(as('nobody_here'), as(owner)))).rejects.toThrow(
      /is not a user of that server/,
    );
  });
});
