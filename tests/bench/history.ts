/**
 * How soon a long ledger answers: 10 million entries (5 million transfers over 60 months, 100,000 accounts and a pool
 * with a million entries), each question asked for random accounts and instants.
 */
import type postgres from 'postgres';
import { balanceAt } from '../../db/bank/history.ts';
import { newestLines, type PageAt, type Period, statementPage } from '../../db/bank/statement.ts';
import { client, type Database, openDatabase } from '../../db/connect/database.ts';
import { type Figure, figure, quantile } from './figure.ts';
import { onOwnServer } from './support/ownServer.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MONTHS = 60;
const END = Date.UTC(2026, 9, 31, 16);
const START = END - 1826 * DAY;
const POOL = '00000000-0000-7000-9000-000000000000';
const FIRST_QUESTIONS = 20;
const GOAL = '<= 20';
/** Sixty months are sixty tables to look into. */
const LONG = 'history.fiveYears.p95';
const LONG_GOAL = '<= 50';

interface Size {
  transfers: number;
  accounts: number;
  orders: number;
  questions: number;
}

export async function history(isQuick: boolean): Promise<Figure[]> {
  const size: Size = isQuick
    ? { transfers: 500_000, accounts: 20_000, orders: 20_000, questions: 300 }
    : { transfers: 5_000_000, accounts: 100_000, orders: 200_000, questions: 1000 };
  return onOwnServer(
    async (config) => {
      const owner = client(config.databaseUrl as string, config.schema, 'bench', 2);
      await load(owner, size);
      await owner.end();
      const open = openDatabase(config, 'bench');
      const figures = await ask(open.db, size);
      await open.close();
      return figures;
    },
    { DATABASE_POOL: '4' },
  );
}

/** The same ledger each time: who gives to whom is drawn from the number of the transfer. */
async function load(sql: postgres.Sql, { transfers, accounts, orders }: Size): Promise<void> {
  const step = (END - START) / transfers;
  const connection = await sql.reserve();
  await connection`set session_replication_role = replica`;
  await connection`select ensure_partitions(${new Date(START)}, ${new Date(END + 31 * DAY)})`;
  await connection`
    insert into areas (code, level, name, lat, lon) values ('3201', 'city', '南京市', 32, 118), ('320102', 'district', '玄武区', 32, 118)`;
  await connection`
    insert into persons (id, name, gender, birth_date, lat, lon, area_code, created_at)
    select ${owner(connection)}, '王秀英', 'female', '1950-01-01', 32, 118, '320102', ${new Date(START)}
    from generate_series(0, ${accounts - 1}) as i`;
  await connection`
    insert into accounts (id, currency, kind, owner_id, opened_at, last_at)
    select ${account(connection)}, 'min', 'personal', ${owner(connection)}, ${new Date(START)}, ${new Date(END)}
    from generate_series(0, ${accounts - 1}) as i`;
  await connection`
    insert into accounts (id, currency, kind, owner_id, opened_at) values (${POOL}, 'min', 'pool', '320102', ${new Date(START)})`;
  await connection`
    insert into orders (id, number, state, service_code, policy_id, channel, payer, urgency, elder_id, booked_by, area_code,
      district_code, lat, lon, start_at, latest_start_at, minutes, price_fen, created_at, updated_at)
    select ${owner(connection)}, i, 'settled', 'companionship', ${POOL}, 'volunteer', 'time_bank', 'normal', ${POOL}, 'bench',
      '320102', '320102', 32, 118, ${new Date(START)}, ${new Date(START)}, 60, 0, ${new Date(START)}, ${new Date(START)}
    from generate_series(0, ${orders - 1}) as i`;
  // Accounts are busy and idle: half of all entries belong to a quarter of them. Every fifth transfer goes to the pool.
  await connection`
    insert into transfers (id, currency, debit_account_id, credit_account_id, amount, debit_balance_after,
      credit_balance_after, cause, cause_id, author, idempotency_key, at)
    select (lpad(to_hex(ms), 12, '0') || '7' || '000' || '8' || substr(md5(n::text), 1, 15))::uuid, 'min',
      (select ${account(connection)} from (select giver as i) as x),
      case when n % 5 = 0 then ${POOL}::uuid else (select ${account(connection)} from (select taker as i) as x) end,
      30 + n % 91, 1000, case when n % 5 = 0 then null else 1000 end, case when n % 5 = 0 then 'donation' else 'visit' end,
      (select ${owner(connection)} from (select n % ${orders}::int as i) as x), 'bench', n::text,
      to_timestamp(ms / 1000.0)
    from (
      select n, ms, giver, (giver + 1 + floor(${accounts - 1}::float8 * other)::int) % ${accounts}::int as taker
      from (
        select n, ${START}::bigint + (n * ${step}::float8)::bigint as ms,
          floor(${accounts}::float8 * power(((hashint8(n)::bigint + 2147483648) / 4294967296.0)::float8, 2))::int as giver,
          ((hashint8(n + 1000000007)::bigint + 2147483648) / 4294967296.0)::float8 as other
        from generate_series(0, ${transfers - 1}::bigint) as n) as numbered) as drawn`;
  await connection`
    insert into account_days (account_id, day, cause, debits, credits, entries)
    select credit_account_id, bank_day(at), cause, 0, sum(amount), count(*) from transfers
    where credit_account_id = ${POOL} group by 1, 2, 3`;
  await connection`set session_replication_role = origin`;
  connection.release();
  await sql`vacuum (analyze) transfers`;
  await sql`analyze`;
  await sql`checkpoint`;
}

/** The id of the person and of the order `i`. */
const owner = (sql: postgres.Sql) => sql`('00000000-0000-7000-8000-' || lpad(to_hex(i::int), 12, '0'))::uuid`;
/** The id of the account `i`. */
const account = (sql: postgres.Sql) =>
  sql`('00000000-0000-7000-a000-' || lpad(to_hex(i::int), 12, '0'))::uuid`;
const accountOf = (i: number): string => `00000000-0000-7000-a000-${i.toString(16).padStart(12, '0')}`;

async function ask(db: Database, { accounts, questions }: Size): Promise<Figure[]> {
  const anyAccount = () => accountOf(Math.floor(Math.random() * accounts));
  const anyInstant = () => new Date(START + Math.random() * (END - START));
  const anyMonth = (): Period => {
    const from = START + Math.floor(Math.random() * (MONTHS - 1)) * 30 * DAY;
    return { from: new Date(from), until: new Date(from + 31 * DAY) };
  };
  const first: PageAt = { order: 'newest', cause: null, limit: 50, turn: null };
  const reader = { isHolder: true };
  const fiveYears: Period = { from: new Date(START), until: new Date(END) };
  const asked: Record<string, () => Promise<unknown>> = {
    'history.statement.p95': () => statementPage(db, anyAccount(), anyMonth(), first, reader),
    'history.newest.p95': () => newestLines(db, anyAccount(), null, new Date(END), 50),
    [LONG]: () => statementPage(db, anyAccount(), fiveYears, first, reader),
    'history.balance.p95': () => balanceAt(db, anyAccount(), anyInstant()),
    'history.pool.balance.p95': () => balanceAt(db, POOL, anyInstant()),
    'history.pool.statement.p95': () => statementPage(db, POOL, anyMonth(), first, reader),
  };
  const figures: Figure[] = [];
  for (const [name, question] of Object.entries(asked)) {
    // A connection learns the tables of all months at its first questions; connections are kept for long.
    for (let n = 0; n < FIRST_QUESTIONS; n++) await question();
    const samples: number[] = [];
    for (let n = 0; n < questions; n++) {
      const began = performance.now();
      await question();
      samples.push(performance.now() - began);
    }
    figures.push(figure(name, quantile(samples, 0.95), 'ms', name === LONG ? LONG_GOAL : GOAL));
  }
  return figures;
}
