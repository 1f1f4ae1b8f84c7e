import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { projectDir } from '../../../db/connect/config.ts';
import { FolderInUseError } from '../../../db/connect/embedded/occupancy.ts';
import { birthOf, waitUntil } from '../../../db/connect/embedded/processes.ts';
import { type Embedded, removeEmbedded, startEmbedded } from '../../../db/connect/embedded/start.ts';

const isRoot = process.getuid?.() === 0;
const nobody = isRoot ? Number(spawnSync('id', ['-u', 'nobody'], { encoding: 'utf8' }).stdout) : 0;
const nobodyCanRunUs =
  isRoot &&
  spawnSync(process.execPath, ['-e', `require('fs').readFileSync('${projectDir}/package.json')`], {
    uid: nobody,
  }).status === 0;

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'huzhu-embedded-')));
chmodSync(folder, 0o711);
const stateDir = path.join(folder, 'state');
const started: Embedded[] = [];
const children: ChildProcess[] = [];

async function start(dir = stateDir): Promise<Embedded> {
  const server = await startEmbedded({ stateDir: dir, settings: { fsync: 'off' } });
  started.push(server);
  return server;
}

async function ask<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

/** A process of its own that holds the server of a folder. */
async function holder(dir: string, uid?: number): Promise<{ child: ChildProcess; url: string; pid: number }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'tests/support/holder.ts', dir], {
    cwd: projectDir,
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid ? { uid, gid: uid } : {}),
  });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return { child, ...(JSON.parse(line) as { url: string; pid: number }) };
}

function stranger(): ChildProcess {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  children.push(child);
  return child;
}

/** Writes the mark of a server that is gone, naming another process. */
function leaveMark(dir: string, pid: number): void {
  const dataDir = path.join(dir, 'postgres/data');
  const mark = [pid, dataDir, 1, 5432, '', '127.0.0.1', '', 'ready'].join('\n');
  writeFileSync(path.join(dataDir, 'postmaster.pid'), `${mark}\n`);
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  for (const server of started.splice(0)) await server.stop();
});
afterAll(async () => {
  for (const name of readdirSync(folder)) await removeEmbedded(path.join(folder, name));
  rmSync(folder, { recursive: true });
});

describe('the embedded server', () => {
  beforeAll(async () => {
    const server = await startEmbedded({ stateDir });
    await ask(server.url, (sql) => sql`create table kept as select '存下来' as word`);
    await server.stop();
  });

  const word = (url: string) => ask(url, (sql) => sql`select word from kept`);

  it('keeps its data from one start to the next and leaves no process behind', async () => {
    const server = await start();
    const { pid } = server;
    expect(await word(server.url)).toEqual([{ word: '存下来' }]);
    await server.stop();
    expect(birthOf(pid)).toBeNull();
    expect(readdirSync(stateDir)).not.toContain('lock');
  });

  it('listens on the loopback only, with a password that only its owner can read', async () => {
    const { url } = await start();
    const settings = await ask(
      url,
      (sql) =>
        sql`select current_setting('listen_addresses') as a, current_setting('unix_socket_directories') as s`,
    );
    expect(settings).toEqual([{ a: '127.0.0.1', s: '' }]);
    expect(statSync(path.join(stateDir, 'postgres/password')).mode & 0o077).toBe(0);
    expect(statSync(path.join(stateDir, 'postgres/data')).mode & 0o077).toBe(0);
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(ask(wrong.href, (sql) => sql`select 1`)).rejects.toThrow(/password authentication failed/);
  });

  it('never runs as root', async () => {
    const { pid } = await start();
    expect(statSync(`/proc/${pid}`).uid).not.toBe(0);
  });

  it('says which process holds the folder when it is started twice', async () => {
    const { child } = await holder(stateDir);
    const second = startEmbedded({ stateDir });
    await expect(second).rejects.toThrow(FolderInUseError);
    await expect(second).rejects.toThrow(String(child.pid));
  });

  it('comes back after its starter was killed, and the orphan is gone', async () => {
    const { child, pid } = await holder(stateDir);
    await kill(child);
    expect(birthOf(pid)).not.toBeNull();
    const server = await start();
    expect(birthOf(pid)).toBeNull();
    expect(await word(server.url)).toEqual([{ word: '存下来' }]);
  });

  it('comes back after it and its starter were killed and its mark names a living stranger', async () => {
    const { child, pid } = await holder(stateDir);
    await kill(child);
    process.kill(pid, 'SIGKILL');
    await waitUntil(() => birthOf(pid) === null, 5_000);
    const someone = stranger();
    leaveMark(stateDir, someone.pid!);
    const server = await start();
    expect(await word(server.url)).toEqual([{ word: '存下来' }]);
    expect(someone.exitCode ?? someone.signalCode).toBeNull();
  });

  it('leaves the server of another folder alone, even when the mark names it', async () => {
    const other = await start(path.join(folder, 'other'));
    leaveMark(stateDir, other.pid);
    const server = await start();
    expect(await word(server.url)).toEqual([{ word: '存下来' }]);
    expect(await ask(other.url, (sql) => sql`select 1 as alive`)).toEqual([{ alive: 1 }]);
  });

  it('takes over a lock whose process is gone and whose number belongs to a stranger', async () => {
    const someone = stranger();
    writeFileSync(path.join(stateDir, 'lock'), JSON.stringify({ pid: someone.pid, birth: 'long ago' }));
    expect(await word((await start()).url)).toEqual([{ word: '存下来' }]);
    expect(someone.exitCode ?? someone.signalCode).toBeNull();
  });

  it('starts again at the same address when it was killed under its starter', async () => {
    const server = await start();
    process.kill(server.pid, 'SIGKILL');
    await server.ended;
    await server.restart();
    expect(await word(server.url)).toEqual([{ word: '存下来' }]);
  });

  it('mends programs whose copying was interrupted', async () => {
    const [version] = readdirSync(path.join(stateDir, 'postgres')).filter((name) => /^\d/.test(name));
    const programs = path.join(stateDir, 'postgres', version!);
    truncateSync(path.join(programs, 'bin/postgres'), 1000);
    rmSync(path.join(programs, 'share'), { recursive: true });
    expect(await word((await start()).url)).toEqual([{ word: '存下来' }]);
  });

  it('begins anew when its very first start was interrupted', async () => {
    const dir = path.join(folder, 'interrupted');
    mkdirSync(path.join(dir, 'postgres/data.new/base'), { recursive: true });
    writeFileSync(path.join(dir, 'postgres/data.new/PG_VERSION'), '18\n');
    const server = await start(dir);
    expect(await ask(server.url, (sql) => sql`select 1 as alive`)).toEqual([{ alive: 1 }]);
  });

  it('refuses data of another PostgreSQL with words that help', async () => {
    const dir = path.join(folder, 'older');
    mkdirSync(path.join(dir, 'postgres/data'), { recursive: true });
    writeFileSync(path.join(dir, 'postgres/data/PG_VERSION'), '15\n');
    await expect(startEmbedded({ stateDir: dir })).rejects.toThrow(/written by PostgreSQL 15/);
  });

  it('logs no values of statements that fail', async () => {
    const { url } = await start();
    await ask(url, (sql) => sql`insert into kept select ${'13900001111'}::int4range::text`).catch(() => {});
    await ask(url, (sql) => sql.unsafe("select '13900001111x'::int")).catch(() => {});
    await ask(url, async (sql) => {
      await sql`create table if not exists only_once (phone text primary key)`;
      await sql`insert into only_once values ('13900001111'), ('13900001111')`;
    }).catch(() => {});
    const log = readFileSync(path.join(stateDir, 'postgres/server.log'), 'utf8');
    expect(log).toContain('duplicate key');
    expect(log).not.toContain('STATEMENT');
    expect(log).not.toContain('Key (phone)');
  });

  it.runIf(isRoot)('says what to do when the server cannot reach its folder as root', async () => {
    const closed = path.join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    await expect(startEmbedded({ stateDir: path.join(closed, 'state') })).rejects.toThrow(/HUZHU_STATE_DIR/);
  });

  it.runIf(nobodyCanRunUs)(
    'runs as an ordinary user in a folder of that user, also after a kill',
    async () => {
      const dir = path.join(folder, 'ordinary');
      mkdirSync(dir);
      chownSync(dir, nobody, nobody);
      const first = await holder(dir, nobody);
      expect(statSync(`/proc/${first.pid}`).uid).toBe(nobody);
      await kill(first.child);
      const second = await holder(dir, nobody);
      expect(birthOf(first.pid)).toBeNull();
      expect(await ask(second.url, (sql) => sql`select 1 as alive`)).toEqual([{ alive: 1 }]);
      second.child.kill('SIGTERM');
      await once(second.child, 'exit');
      expect(birthOf(second.pid)).toBeNull();
    },
  );
});
