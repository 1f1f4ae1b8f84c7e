import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accountFacts,
  balanceAt,
  entriesOf,
  FIRST_KEY,
  LAST_KEY,
  totalsByCause,
} from '../../../db/bank/history.ts';
import { accountKey, cityCode, openAccounts, type Posting, post } from '../../../db/bank/post.ts';
import { type Act, sqlState } from '../../../db/connect/act.ts';
import { ensurePartitions } from '../../../db/connect/partitions.ts';
import { DISTRICT, ids, later, monday, type SmallCity, smallCity } from '../../support/smallCity.ts';

const DAY = 24 * 60;
const names = [
  { ownerId: cityCode, kind: 'issuance', currency: 'min' },
  { ownerId: DISTRICT, kind: 'pool', currency: 'min' },
  { ownerId: ids.near, kind: 'personal', currency: 'min' },
] as const;

let city: SmallCity;
let fund = '';
let pool = '';
let mine = '';
beforeAll(async () => {
  city = await smallCity();
  await ensurePartitions(city.db, later(monday, -500 * DAY), monday);
  const accounts = await city.do('system', (tx, act) =>
    openAccounts(tx, { ...act, at: later(monday, -500 * DAY) }, names),
  );
  [fund, pool, mine] = names.map((name) => accounts.get(accountKey(name)) as string) as [
    string,
    string,
    string,
  ];
});
afterAll(() => city.close());

let keys = 0;
async function postAt(
  at: Date,
  posting: Pick<Posting, 'debit' | 'credit' | 'amount' | 'cause'>,
): Promise<void> {
  const act: Act = { actorId: 'test:history', role: 'system', onBehalfOf: null, at };
  await post(city.db, act, [{ ...posting, currency: 'min', key: `history:${keys++}` }]);
}
const earn = (at: Date, amount: number) => postAt(at, { debit: fund, credit: mine, amount, cause: 'import' });
const donate = (at: Date, amount: number) =>
  postAt(at, { debit: mine, credit: pool, amount, cause: 'donation' });

/** What the sealer does with what it has sealed. */
const seal = (most = 1_000_000) =>
  city.sql`delete from unsealed where transfer_id in (select transfer_id from unsealed order by random() limit ${most})`;

/** The sum of all entries until an instant, added up one by one. */
async function summed(accountId: string, at: Date): Promise<number> {
  const [row] = await city.sql<{ sum: number }[]>`
    select coalesce(sum(amount), 0)::int as sum from entries where account_id = ${accountId} and at <= ${at}`;
  return row!.sum;
}

describe('the history of an account', () => {
  it('knows the balance of each account at any instant, sealed or not, in whatever order it was posted', async () => {
    const start = later(monday, -400 * DAY);
    const instants: Date[] = [start];
    await earn(start, 100_000);
    for (let n = 1; n <= 40; n++) {
      const at = later(start, n * 7 * DAY + n * 97);
      instants.push(at, later(at, 0.5), new Date(at.getTime() - 1));
      await donate(at, n);
      if (n % 3 === 0) await earn(later(at, n % 2 ? 0 : 15), 10 * n);
      if (n % 5 === 0) await seal(n % 10 ? 3 : undefined);
    }
    await seal(10);
    // Comes late, for a day that is sealed already.
    await postAt(later(start, 30 * DAY), { debit: fund, credit: pool, amount: 7777, cause: 'import' });
    instants.push(later(start, 30 * DAY), later(start, -DAY), later(start, 399 * DAY));
    for (const round of ['unsealed', 'sealed']) {
      for (const account of [fund, pool, mine]) {
        const known = await Promise.all(instants.map((at) => balanceAt(city.db, account, at)));
        const added = await Promise.all(instants.map((at) => summed(account, at)));
        expect(known, round).toEqual(added);
      }
      await seal();
    }
    expect(await balanceAt(city.db, mine, later(start, -1))).toBe(0);
    expect(await balanceAt(city.db, ids.wang, monday)).toBeNull();
  });

  it('reads entries from either end, over years without any, and never one twice', async () => {
    const account = (await accountFacts(city.db, mine))!;
    const all = { from: FIRST_KEY, below: LAST_KEY };
    const newest = await entriesOf(city.db, account, all, 'newest', 1000);
    const oldest = await entriesOf(city.db, account, all, 'oldest', 1000);
    expect(newest.length).toBeGreaterThan(50);
    expect(newest.map((entry) => entry.transferId)).toEqual(
      oldest.map((entry) => entry.transferId).reverse(),
    );
    expect(new Set(newest.map((entry) => entry.transferId)).size).toBe(newest.length);

    const paged: string[] = [];
    for (let below = LAST_KEY; ; ) {
      const some = await entriesOf(city.db, account, { ...all, below }, 'newest', 7);
      if (some.length === 0) break;
      paged.push(...some.map((entry) => entry.transferId));
      below = some.at(-1)!.transferId;
    }
    expect(paged).toEqual(newest.map((entry) => entry.transferId));
    const donations = await entriesOf(city.db, account, { ...all, cause: 'donation' }, 'oldest', 5);
    expect(donations.map((entry) => entry.amount)).toEqual([-1, -2, -3, -4, -5]);
  });

  it('adds up by cause what came and went in a period, the same from totals as from entries', async () => {
    const [from, until] = [new Date('2000-01-01T16:00:00Z'), new Date('2090-01-01T16:00:00Z')];
    await donate(monday, 33);
    for (const id of [pool, mine]) {
      const account = (await accountFacts(city.db, id))!;
      const totals = await totalsByCause(city.db, account, from, until);
      const rows = await city.sql`
        select cause, coalesce(sum(amount) filter (where amount > 0), 0)::int as in,
          coalesce(-sum(amount) filter (where amount < 0), 0)::int as out, count(*)::int as entries
        from entries where account_id = ${id} group by cause order by cause`;
      expect(totals).toEqual([...rows]);
      expect(totals.reduce((sum, one) => sum + one.in - one.out, 0)).toBe(account.balance);
    }
  });

  it('is not for the application to write, not even in its totals', async () => {
    for (const statement of [
      sql`update account_days set credits = credits + 1`,
      sql`delete from district_days`,
      sql`insert into account_days values (gen_random_uuid(), now(), 'gift', 1, 1, 1)`,
      sql`update transfers set amount = amount + 1`,
    ]) {
      const refused = await city.db.execute(statement).catch(sqlState);
      expect(refused).toBe('42501');
    }
  });
});
