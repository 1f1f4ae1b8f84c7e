/** What no statement of the application can do to the ledger, and what even the owner of its tables is refused (T2, T9, T11). */
import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { client } from '../../../db/connect/database.ts';
import { newId } from '../../../db/connect/ids.ts';
import { APP_ROLE } from '../../../db/connect/privileges.ts';
import { monday } from '../../support/smallCity.ts';
import type { Circle } from './support/circle.ts';
import { type PlainSql, plainSql, said } from './support/plainSql.ts';
import { brokenPromises } from './support/promises.ts';

let bank: PlainSql;
let owner: postgres.Sql;
let application: postgres.Sql;
let circle: Circle;
beforeAll(async () => {
  bank = await plainSql();
  ({ owner, application, circle } = bank);
});
afterAll(async () => {
  expect(await brokenPromises(owner)).toEqual([]);
  await bank.close();
});

const ask = (transferId: string, by: string, most: number) =>
  said(application`select * from bank_ask_reversal(
    ${bank.json({ transferId, reasonCode: 'wrong_amount', note: 'test' })}, ${bank.json({ min: most, fen: most })}, ${bank.act(by)})`);

const ledger = [
  'accounts',
  'account_shards',
  'transfers',
  'transfer_keys',
  'holds',
  'settlements',
  'reversals',
  'account_days',
  'district_days',
];
const posted = [
  'transfers',
  'transfer_keys',
  'settlements',
  'tree_leaves',
  'tree_nodes',
  'tree_heads',
  'audit',
  'events',
];

describe('the application', () => {
  it('can read the ledger and not write one row of it', async () => {
    for (const name of ledger) {
      const table = application(name);
      const column = application(
        (
          await owner<{ name: string }[]>`
          select attname as name from pg_attribute where attrelid = ${name}::regclass and attnum = 1`
        )[0]!.name,
      );
      expect(await said(application`select from ${table} limit 1`), name).toBe('done');
      expect(await said(application`insert into ${table} select * from ${table} limit 1`), name).toBe(
        '42501',
      );
      expect(await said(application`update ${table} set ${column} = ${column}`), name).toBe('42501');
      expect(await said(application`delete from ${table}`), name).toBe('42501');
      expect(await said(application`truncate ${table} cascade`), name).toBe('42501');
      expect(await said(application`alter table ${table} disable trigger all`), name).toBe('42501');
      expect(await said(application`drop table ${table}`), name).toBe('42501');
    }
    expect(await said(application`insert into unsealed select id from transfers`)).toBe('42501');
  });

  it("reaches no month's part of the ledger either", async () => {
    const months = await owner<{ name: string }[]>`
      select inhrelid::regclass::text as name from pg_inherits where inhparent = 'transfers'::regclass`;
    expect(months.length).toBeGreaterThan(12);
    for (const { name } of months) {
      expect(await said(application`select from ${application(name)}`), name).toBe('42501');
      expect(await said(application`delete from ${application(name)}`), name).toBe('42501');
    }
  });

  it('gains nothing by calling what the functions are made of', async () => {
    const { mother, pool } = circle.ids;
    const one = [bank.posting({ debit: 'mother', credit: 'pool' })];
    expect(
      await said(application`select bank_write(${bank.json(one)}, ${monday}, ${bank.act()}, null)`),
    ).toBe('42501');
    expect(await said(application`select bank_unhold(${mother}, -1, null)`)).toBe('42501');
    expect(await said(application`select bank_spread(${pool}, 1, 1::smallint)`)).toBe('42501');
    expect(await said(application`select bank_reverse(${newId(monday)}, ${bank.act()})`)).not.toBe('done');
  });

  it('fools no function with tables of its own', async () => {
    const outcome = await said(
      application.begin(async (tx) => {
        await tx`create temp table accounts (like public.accounts) on commit drop`;
        await tx`insert into pg_temp.accounts select * from public.accounts`;
        await tx`update pg_temp.accounts set balance = 1000000`;
        await tx`set local search_path = pg_temp, public`;
        await tx`select bank_post_one(${bank.json(bank.posting({ debit: 'mother', credit: 'pool', amount: 900_000 }))}, ${bank.act()})`;
      }),
    );
    expect(outcome).toBe('23514 accounts_available');
  });

  it('cannot run the totals over rows of its choice', async () => {
    const outcome = await said(
      application.begin(async (tx) => {
        await tx`create temp table chosen (transfer_id uuid) on commit drop`;
        await tx`create trigger chosen after delete on chosen referencing old table as sealed
          for each statement execute function bank_total()`;
      }),
    );
    expect(outcome).toBe('42501');
  });

  it('cannot become the owner where it signs in as itself', async () => {
    const name = `huzhu_test_${newId(monday).slice(-12)}`;
    await owner.unsafe(`create role ${name} login password 'only for this test' in role ${APP_ROLE}`);
    const url = new URL(bank.database.url);
    url.username = name;
    url.password = 'only for this test';
    const stranger = client(url.href, 'public', 'test login', 1);
    const [me] = await owner<{ name: string }[]>`select current_user as name`;
    expect(await said(stranger`select from transfers limit 1`)).toBe('done');
    expect(await said(stranger.unsafe(`set role ${me!.name}`))).toBe('42501');
    expect(await said(stranger`delete from transfers`)).toBe('42501');
    await stranger.end();
    await owner.unsafe(`drop role ${name}`);
  });
});

describe('even the owner', () => {
  it('changes, deletes and empties nothing that is posted', async () => {
    await bank.donated(1);
    const months = await owner<{ name: string }[]>`
      select inhrelid::regclass::text as name from pg_inherits where inhparent = 'transfers'::regclass`;
    expect(await said(owner`update transfers set amount = amount + 1`)).toBe('HZ002');
    expect(await said(owner`delete from transfers`)).toBe('HZ002');
    expect(await said(owner`update transfer_keys set key = key`)).toBe('HZ002');
    expect(await said(owner`delete from transfer_keys`)).toBe('HZ002');
    for (const name of posted) expect(await said(owner`truncate ${owner(name)} cascade`), name).toBe('HZ002');
    for (const { name } of months) expect(await said(owner`truncate ${owner(name)}`), name).toBe('HZ002');
  });

  it('writes no transfer that is not balanced, and no account below its floor', async () => {
    const raw = (change: Record<string, unknown>) =>
      said(
        owner`insert into transfers ${owner({
          id: newId(monday),
          currency: 'min',
          debit_account_id: circle.ids.mother,
          credit_account_id: circle.ids.pool,
          amount: 1,
          cause: 'donation',
          author: 'owner',
          idempotency_key: 'raw',
          at: monday,
          ...change,
        })}`,
      );
    expect(await raw({ amount: 0 })).toBe('23514 transfers_two_sides');
    expect(await raw({ amount: -5 })).toBe('23514 transfers_two_sides');
    expect(await raw({ credit_account_id: circle.ids.mother })).toBe('23514 transfers_two_sides');
    expect(await raw({ credit_account_id: null })).toBe('23502');
    const { mother, pool } = circle.ids;
    expect(await said(owner`update accounts set balance = -1 where id = ${mother}`)).toBe(
      '23514 accounts_available',
    );
    expect(await said(owner`update accounts set held = balance + 1 where id = ${mother}`)).toBe(
      '23514 accounts_available',
    );
    expect(await said(owner`update accounts set held = -1 where id = ${mother}`)).toBe(
      '23514 accounts_available',
    );
    expect(await said(owner`update account_shards set balance = -1 where account_id = ${pool}`)).toBe(
      '23514 account_shards_available',
    );
  });

  it('enters no settlement without a visit or a reason, and none twice', async () => {
    const orderId = newId(monday);
    const raw = (change: Record<string, unknown>) =>
      said(
        owner.begin(async (tx) => {
          const row = {
            order_id: orderId,
            approval: 'partner_city',
            amount: 1,
            author: 'owner',
            at: monday,
            ...change,
          };
          await tx`insert into settlements ${owner(row)}`;
          await tx`insert into settlements ${owner(row)}`;
        }),
      );
    expect(await raw({ approval: null })).toBe('23514 settlements_rests_on');
    expect(await raw({ amount: 0 })).toBe('23514 settlements_amount');
    expect(await raw({})).toBe('23505 settlements_pkey');
  });

  it('lets nobody decide alone above the threshold', async () => {
    const transferId = await bank.donated(20);
    expect(await ask(transferId, 'first', 5)).toBe('done');
    const alone = owner`
      update reversals set state = 'done', decided_by = asked_by, reversal_id = ${newId(monday)}
      where transfer_id = ${transferId}`;
    expect(await said(alone)).toBe('23514 reversals_two_persons');
    const unproven = owner`update reversals set state = 'done', decided_by = 'second' where transfer_id = ${transferId}`;
    expect(await said(unproven)).toBe('23514 reversals_done');
  });
});
