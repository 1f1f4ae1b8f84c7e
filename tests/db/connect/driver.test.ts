/**
 * The driver when the server ends a session or falls: whoever asked is told, nobody gets another's answer, nothing of a
 * lost transaction is written, and the process lives on (vitest fails a run in which anything was thrown uncaught).
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { projectDir } from '../../../db/connect/config.ts';
import { client } from '../../../db/connect/database.ts';
import { edits } from '../../../db/connect/driver/edits.ts';
import { mendDriver } from '../../../db/connect/driver/mend.ts';
import { type TestDatabase, testDatabase } from '../../support/database.ts';

let city: TestDatabase;
let pool: postgres.Sql;
beforeAll(async () => {
  city = await testDatabase();
  await city.sql`create table notes (writer int, line int)`;
  await city.sql`
    create function wait_at_commit() returns trigger language plpgsql as $$
    begin
      if new.line = 99 then perform pg_sleep(30); end if;
      return null;
    end $$`;
  await city.sql`
    create constraint trigger waits after insert on notes deferrable initially deferred
    for each row execute function wait_at_commit()`;
});
afterEach(async () => {
  await city.sql`truncate notes`;
  await pool.end({ timeout: 5 });
});
afterAll(() => city.close());

const NAME = 'test driver';
/** A reset is heard of where something was sent before the end was. */
const FALLEN = /^(CONNECTION_CLOSED|ECONNRESET|EPIPE)$/;
const open = (connections: number) => {
  pool = client(city.url, 'public', NAME, connections);
  return pool;
};

/** Ends the session of this transaction or reserved connection while it asks nothing. */
async function cut(held: postgres.ISql): Promise<void> {
  const [row] = await held<{ pid: number }[]>`select pg_backend_pid() as pid`;
  await end(row!.pid);
}

/** Ends a session from outside, and comes back when it is gone and its client has heard of it. */
async function end(pid: number): Promise<void> {
  await city.sql`select pg_terminate_backend(${pid})`;
  await expect.poll(async () => await city.sql`select from pg_stat_activity where pid = ${pid}`).toEqual([]);
  await sleep(20);
}

/** Ends the session that runs this statement as soon as it does. */
async function endDuring(statement: string): Promise<void> {
  const found = async () =>
    (
      await city.sql<{ pid: number }[]>`
        select pid from pg_stat_activity
        where application_name = ${NAME} and state = 'active' and query ilike ${`${statement}%`}`
    )[0]?.pid ?? 0;
  await expect.poll(found).toBeGreaterThan(0);
  await end(await found());
}

const fate = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code?: string; message?: string }) => String(error.code ?? error.message),
  );

/** Many different questions at once, some prepared, some in transactions: each must get its own answer. */
async function everybodyIsAnswered(): Promise<void> {
  const numbers = Array.from({ length: 40 }, (_, n) => n + 1);
  const answers = await Promise.all(
    numbers.map(async (n) => {
      if (n % 4 === 0) return (await pool.begin((tx) => tx`select ${n}::int as n`))[0]!.n;
      if (n % 4 === 1) return (await pool.unsafe(`select ${n} as n`))[0]!.n;
      if (n % 4 === 2) return (await pool`select ${n}::int as n, ${'x'.repeat(2_000)} as long`)[0]!.n;
      return (await pool`select max(m)::int as n from generate_series(1, ${n}::int) m`)[0]!.n;
    }),
  );
  expect(answers).toEqual(numbers);
}

const stages: Record<string, (sql: postgres.Sql) => Promise<unknown>> = {
  'before its first question': (sql) =>
    sql.begin(async (tx) => {
      await cut(tx);
      await tx`insert into notes values (1, 1)`;
    }),
  'during a question': (sql) =>
    sql.begin(async (tx) => {
      const question = tx`select pg_sleep(30)`;
      await Promise.all([question, endDuring('select pg_sleep')]);
    }),
  'during a question with values, one of many at once': (sql) =>
    sql.begin(async (tx) => {
      const questions = [30, 1, 2, 3].map((n) => tx`select pg_sleep(${n})`);
      await Promise.all([...questions, endDuring('select pg_sleep')]);
    }),
  'between two questions': (sql) =>
    sql.begin(async (tx) => {
      await tx`insert into notes values (1, 1)`;
      await cut(tx);
      await tx`insert into notes values (1, 2)`;
    }),
  'and it asks on whatever it is told': (sql) =>
    sql.begin(async (tx) => {
      await tx`insert into notes values (1, 1)`;
      await cut(tx);
      for (let line = 2; line < 12; line++) {
        expect(await fate(tx`insert into notes values (1, ${line})`)).toMatch(FALLEN);
        await sleep(5);
      }
    }),
  'when its commit is due': (sql) =>
    sql.begin(async (tx) => {
      await tx`insert into notes values (1, 1)`;
      await cut(tx);
    }),
  'during its commit': (sql) => {
    const work = sql.begin(async (tx) => {
      await tx`insert into notes values (1, 99)`;
    });
    return Promise.all([work, endDuring('commit')]);
  },
  'when its rollback is due': (sql) =>
    sql.begin(async (tx) => {
      await tx`insert into notes values (1, 1)`;
      await cut(tx);
      throw new Error('changed its mind');
    }),
  'inside a savepoint': (sql) =>
    sql.begin(async (tx) => {
      await tx`insert into notes values (1, 1)`;
      await tx.savepoint(async (inner) => {
        await cut(inner);
        await inner`insert into notes values (1, 2)`;
      });
    }),
  'on a reserved connection': async (sql) => {
    const reserved = await sql.reserve();
    try {
      await reserved`begin`;
      await reserved`insert into notes values (1, 1)`;
      await cut(reserved);
      await reserved`commit`;
    } finally {
      reserved.release();
      reserved.release();
    }
  },
  'during a question on a reserved connection': async (sql) => {
    const reserved = await sql.reserve();
    try {
      await Promise.all([reserved`select pg_sleep(30)`, reserved`select 1`, endDuring('select pg_sleep')]);
    } finally {
      reserved.release();
    }
  },
  'outside of any transaction': (sql) =>
    Promise.all([sql`select pg_sleep(30)`, endDuring('select pg_sleep')]),
};

describe('a session that is cut off', () => {
  for (const [stage, work] of Object.entries(stages)) {
    it.each([1, 3])(`${stage} (%i connections)`, async (connections) => {
      const sql = open(connections);
      for (let round = 0; round < 4; round++) {
        expect(await fate(work(sql))).toMatch(FALLEN);
        await everybodyIsAnswered();
      }
      expect(await city.sql`select * from notes`).toEqual([]);
    });
  }

  it('writes nothing into the transaction that is next on its connection', async () => {
    const sql = open(1);
    let goOn = () => {};
    const waits = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const late: string[] = [];
    let lastWord = Promise.resolve();
    const lost = sql.begin(async (tx) => {
      await tx`insert into notes values (1, 1)`;
      lastWord = waits.then(async () => {
        late.push(await fate(tx`insert into notes values (1, 2)`), await fate(tx`commit`));
      });
      await cut(tx);
      await lastWord;
    });
    expect(await fate(lost)).toBe('CONNECTION_CLOSED');
    await sql.begin(async (tx) => {
      await tx`insert into notes values (2, 1)`;
      goOn();
      await lastWord;
      await tx`insert into notes values (2, 2)`;
    });
    expect(late).toEqual(['CONNECTION_CLOSED', 'CONNECTION_CLOSED']);
    expect(await city.sql`select writer, line from notes order by line`).toEqual([
      { writer: 2, line: 1 },
      { writer: 2, line: 2 },
    ]);
  });

  it('leaves the reserved connection of the next holder alone when it is given back', async () => {
    const sql = open(1);
    const first = await sql.reserve();
    await cut(first).catch(() => {});
    const second = await sql.reserve();
    await second`begin`;
    first.release();
    await second`insert into notes values (2, 1)`;
    const other = sql`insert into notes values (3, 1)`.execute();
    await second`rollback`;
    second.release();
    await other;
    expect(await city.sql`select writer from notes`).toEqual([{ writer: 3 }]);
  });
});

describe('a transaction', () => {
  it('that is over sends nothing into the next one on its connection', async () => {
    const sql = open(1);
    let late: Promise<string> | undefined;
    let goOn = () => {};
    const waits = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const failed = sql.begin(async (tx) => {
      late = waits.then(() => fate(tx`insert into notes values (1, 1)`));
      throw new Error('one of two parallel steps failed');
    });
    expect(await fate(failed)).toBe('one of two parallel steps failed');
    await sql.begin(async (tx) => {
      await tx`insert into notes values (2, 1)`;
      goOn();
      expect(await late).toBe('CONNECTION_CLOSED');
    });
    expect(await city.sql`select writer from notes`).toEqual([{ writer: 2 }]);
  });

  it.each([98, 99, 100, 101])('has its connection for itself behind %i plain questions', async (ahead) => {
    const sql = open(1);
    await sql`select 1`;
    const plain = Array.from({ length: ahead }, (_, n) => sql.unsafe(`select ${n} as n`).execute());
    const inside = Array.from({ length: 3 }, (_, writer) =>
      fate(
        sql.begin(async (tx) => {
          await tx`insert into notes values (${writer}, 1)`;
          throw new Error('taken back');
        }),
      ),
    );
    expect(await Promise.all(plain.map(async (one) => (await one)[0]!.n))).toEqual(plain.map((_, n) => n));
    expect(await Promise.all(inside)).toEqual(inside.map(() => 'taken back'));
    await everybodyIsAnswered();
    const idle = await city.sql`
      select state from pg_stat_activity where application_name = ${NAME} and state like 'idle in%'`;
    expect(idle).toEqual([]);
  });
});

describe('the mending', () => {
  const copied = (change: (text: string) => string) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-driver-'));
    cpSync(path.join(projectDir, 'node_modules/postgres'), folder, { recursive: true });
    const file = path.join(folder, 'src/connection.js');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, change(before));
    return { folder, file, before };
  };

  it('has been done here, and done again changes nothing', () => {
    expect(mendDriver(path.join(projectDir, 'node_modules/postgres'))).toBe(0);
  });

  it('makes the same of the driver as it was published, and leaves what shares its files alone', () => {
    const first = edits.find((edit) => edit.file === 'connection.js')!;
    const { folder, file, before } = copied((text) => text.replace(first.to, first.from));
    const { ino } = statSync(file);
    expect(mendDriver(folder)).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(statSync(file).ino).not.toBe(ino);
    rmSync(folder, { recursive: true });
  });

  it('says so where the driver is not what it knows', () => {
    const other = copied((text) => text.replaceAll('chunk', 'piece'));
    expect(() => mendDriver(other.folder)).toThrow(/is not as postgres 3.4.9 has it/);
    writeFileSync(path.join(other.folder, 'package.json'), '{"version":"3.4.10"}');
    expect(() => mendDriver(other.folder)).toThrow(/3.4.10 is installed/);
    rmSync(other.folder, { recursive: true });
  });
});
