import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeAtDeath } from '../../../db/bank/close.ts';
import { listDebts } from '../../../db/bank/debtViews.ts';
import { freezePerson } from '../../../db/bank/freeze.ts';
import { donate, give } from '../../../db/bank/give.ts';
import { accountKey, cityCode, openAccounts, post } from '../../../db/bank/post.ts';
import { listReversals } from '../../../db/bank/reversalViews.ts';
import { requestReversal, reviewReversal } from '../../../db/bank/reverse.ts';
import { type Act, perform } from '../../../db/connect/act.ts';
import { openDatabase } from '../../../db/connect/database.ts';
import { logger } from '../../../db/connect/log.ts';
import type { Reach } from '../../../db/connect/reach.ts';
import { recovery } from '../../../worker/tasks/recovery.ts';
import { family, settleFamily, stationReach, verifyKin } from '../../support/family.ts';
import { actOf, DISTRICT, ids, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';

const all: Reach = { kind: 'all' };
const stillOwed = { state: 'open', after: null } as const;
const { daughter, grandmother } = family;

let city: SmallCity;
beforeAll(async () => {
  city = await smallCity();
  await settleFamily(city);
  await verifyKin(city, daughter, 'grandparent', grandmother);
});
afterAll(() => city.close());

let keys = 0;
/** Posts what turns out to be wrong; returns the transfer. */
async function mistake(ownerId: string, amount: number): Promise<string> {
  const names = [
    { ownerId: cityCode, kind: 'issuance', currency: 'min' },
    { ownerId, kind: 'personal', currency: 'min' },
  ] as const;
  return city.do('system', async (tx, act) => {
    const accounts = await openAccounts(tx, act, names);
    const [debit = '', credit = ''] = names.map((name) => accounts.get(accountKey(name)));
    const key = `mistake:${keys++}`;
    const [id = ''] = await post(tx, act, [{ debit, credit, amount, currency: 'min', cause: 'import', key }]);
    return id;
  });
}
const as = (actorId: string): Act => actOf('regulator', city.at, actorId);
const note = '登记到了别人名下';
const ask = (transferId: string, who = 'regulator:a', reach: Reach = all) => {
  const request = { transferId, reasonCode: 'wrong_person', note } as const;
  return perform(city.db, as(who), (tx, act) => requestReversal(tx, act, reach, request));
};
const decide = (id: string, who: string, approve = true) =>
  perform(city.db, as(who), (tx, act) => reviewReversal(tx, act, all, id, { approve, note: null }));
const minutes = async (ownerId: string, kind?: string) => (await city.account(ownerId, kind)).balance;
const spend = (personId: string, amount: number) =>
  city.do('volunteer', (tx, act) => donate(tx, act, { from: { personId }, minutes: amount, to: 'city' }));
const zero = async () => {
  const rows =
    await city.sql`select currency, sum(balance)::int as sum from account_balances group by currency`;
  expect(rows.every((row) => row.sum === 0)).toBe(true);
};

describe('a correction', () => {
  it('up to ten hours is done at once by the opposite transfer that names it, and both parties can see why', async () => {
    await city.bank(daughter.id, 300);
    const gift = await city.do('volunteer', (tx, act) =>
      give(tx, act, { fromPersonId: daughter.id, toPersonId: grandmother.id, minutes: 120 }),
    );
    const done = await ask(gift.transferId);
    expect(done).toMatchObject({ ok: true, value: { state: 'done', needsSecond: false } });
    expect([await minutes(daughter.id), await minutes(grandmother.id)]).toEqual([300, 0]);
    const [opposite] = await city.sql`
      select cause, cause_id, amount::int as amount from transfers where id = ${done.ok ? done.value.reversalId : ''}`;
    expect(opposite).toEqual({ cause: 'reversal', cause_id: gift.transferId, amount: 120 });
    for (const party of [daughter.id, grandmother.id]) {
      const record = await city.sql`
        select reason from audit where person_id = ${party} and action = 'reversal.done'`;
      expect(record.map((row) => row.reason)).toEqual([`wrong_person: ${note}`]);
      const told = await city.sql`select from outbox where ${party} = any (person_ids) and kind = 'account'`;
      expect(told.length).toBeGreaterThan(1);
    }
    const [shown] = await listReversals(city.db, stationReach, 'regulator:a', { state: 'done' }, 10);
    expect(shown).toMatchObject({
      mine: true,
      owed: 0,
      transfer: { cause: 'gift', amount: 120, debit: { name: '林*' }, credit: { name: '周**' } },
    });
    await zero();
  });

  it('above ten hours waits for another person, never for the one who asked', async () => {
    const wrong = await mistake(ids.near, 601);
    const asked = await ask(wrong, 'regulator:a');
    expect(asked).toMatchObject({ ok: true, value: { state: 'waiting', reversalId: null } });
    const id = asked.ok ? asked.value.id : '';
    expect(await minutes(ids.near)).toBe(601);
    expect(refusalOf(await decide(id, 'regulator:a'))?.code).toBe('needs_second_person');
    expect(refusalOf(await ask(wrong, 'regulator:b'))?.code).toBe('already_done');
    const twice = await Promise.all(
      ['regulator:b', 'regulator:c', 'regulator:d'].map((who) => decide(id, who)),
    );
    expect(twice.filter((one) => one.ok).length).toBe(1);
    expect(await minutes(ids.near)).toBe(0);
    await zero();
  });

  it('that was refused can be asked for anew; one that was done cannot, nor can a correction itself', async () => {
    const wrong = await mistake(ids.middle, 700);
    const first = await ask(wrong);
    await decide(first.ok ? first.value.id : '', 'regulator:b', false);
    expect(await minutes(ids.middle)).toBe(700);
    city.wait(1);
    const second = await ask(wrong, 'regulator:b');
    const done = await decide(second.ok ? second.value.id : '', 'regulator:a');
    expect(done.ok && done.value.state).toBe('done');
    expect(refusalOf(await ask(wrong, 'regulator:c'))?.code).toBe('already_done');
    expect(refusalOf(await ask(done.ok ? (done.value.reversalId ?? '') : ''))?.code).toBe('not_reversible');
  });

  it('is asked for by a station only where one of the parties is of its area', async () => {
    const wrong = await mistake(ids.near, 5);
    const elsewhere: Reach = { kind: 'area', areaCode: '320104001001' };
    expect(refusalOf(await ask(wrong, 'station:x', elsewhere))?.code).toBe('not_found');
    expect((await ask(wrong, 'station:y', stationReach)).ok).toBe(true);
  });

  it('of frozen hours goes through: the freeze is for finding out, the correction is what was found', async () => {
    const wrong = await mistake(ids.far, 50);
    await city.do('station', (tx, act) => freezePerson(tx, act, ids.far, true, '疑似虚假服务'));
    expect((await ask(wrong)).ok).toBe(true);
    expect(await minutes(ids.far)).toBe(0);
    await city.do('station', (tx, act) => freezePerson(tx, act, ids.far, false, '已核实清楚'));
  });

  it('is refused by the database a second time, whoever writes it', async () => {
    const [done] = await city.sql`select * from reversals where state = 'done' limit 1`;
    await expect(
      city.sql`insert into reversals (id, transfer_id, state, reason_code, note, needs_second, asked_by, asked_at)
        values (gen_random_uuid(), ${done?.transfer_id}, 'waiting', 'other', 'x', true, 'a', now())`,
    ).rejects.toMatchObject({ constraint_name: 'reversals_once' });
    await expect(
      city.sql`insert into reversals (id, transfer_id, state, reason_code, note, needs_second, asked_by, asked_at, decided_by,
          reversal_id) values (gen_random_uuid(), gen_random_uuid(), 'done', 'other', 'x', true, 'a', now(), 'a', gen_random_uuid())`,
    ).rejects.toMatchObject({ constraint_name: 'reversals_two_persons' });
  });
});

describe('hours that were spent before they were taken back', () => {
  it('become a debt that is shown, and is paid from what comes in, never more than is there', async () => {
    const wrong = await mistake(daughter.id, 400);
    const before = await minutes(daughter.id);
    await spend(daughter.id, before - 100);
    city.wait(1);
    expect((await ask(wrong)).ok).toBe(true);
    expect([await minutes(daughter.id), await minutes(daughter.id, 'receivable')]).toEqual([0, -300]);
    const [debt] = await listDebts(city.db, stationReach, stillOwed, 10);
    expect(debt).toMatchObject({ ownerId: daughter.id, ownerKind: 'person', name: '林*', owed: 300 });
    expect(debt).toMatchObject({
      incurred: 300,
      recovered: 0,
      corrections: 1,
      origin: { transferId: wrong },
    });
    expect(await listDebts(city.db, { kind: 'area', areaCode: '320104' }, stillOwed, 10)).toEqual([]);
    const [shown] = await listReversals(city.db, all, 'x', {}, 1);
    expect(shown?.owed).toBe(300);
    await zero();

    expect(await city.work(recovery)).toBe(0);
    await city.bank(daughter.id, 120);
    expect(await city.work(recovery)).toBe(1);
    expect([await minutes(daughter.id), await minutes(daughter.id, 'receivable')]).toEqual([0, -180]);
    const [part] = await listDebts(city.db, all, stillOwed, 10);
    expect(part).toMatchObject({ owed: 180, incurred: 300, recovered: 120 });
    city.wait(1);
    await city.bank(daughter.id, 1000);
    expect(await city.work(recovery)).toBe(1);
    expect([await minutes(daughter.id), await minutes(daughter.id, 'receivable')]).toEqual([820, 0]);
    expect(await city.work(recovery)).toBe(0);
    expect(await listDebts(city.db, all, stillOwed, 10)).toEqual([]);
    const [repaid] = await listDebts(city.db, stationReach, { state: 'repaid', after: null }, 10);
    expect(repaid).toMatchObject({ ownerId: daughter.id, owed: 0, incurred: 300, recovered: 300 });
    await zero();
  });

  it('are paid back once by two workers at once, and not from a frozen account', async () => {
    const other = openDatabase(city.config, 'other worker');
    const wrong = await mistake(ids.near, 500);
    await spend(ids.near, await minutes(ids.near));
    await ask(wrong);
    await city.bank(ids.near, 200);
    await city.do('station', (tx, act) => freezePerson(tx, act, ids.near, true, '正在核实'));
    expect(await city.work(recovery)).toBe(0);
    await city.do('station', (tx, act) => freezePerson(tx, act, ids.near, false, '核实完毕'));
    const runs = await Promise.all(
      [city.db, other.db, city.db, other.db].map((db) => recovery({ db, at: city.at, log: logger('test') })),
    );
    await other.close();
    expect(runs.reduce((sum, n) => sum + n, 0)).toBe(1);
    expect([await minutes(ids.near), await minutes(ids.near, 'receivable')]).toEqual([0, -300]);
  });

  it('stay a debt that can be seen when who owes them has died', async () => {
    const closed = await city.do('station', (tx, act) =>
      closeAtDeath(tx, act, { personId: ids.near, heirs: [], document: 'none', reason: '无继承人' }),
    );
    expect(closed).toMatchObject({ state: 'closed', owedMinutes: 300, poolMinutes: 0 });
    const debts = await listDebts(city.db, all, stillOwed, 10);
    expect(debts).toMatchObject([{ ownerId: ids.near, owed: 300, isClosed: true }]);
  });
});

describe('whatever is posted, spent and reversed', () => {
  it('leaves nobody below zero, every debt shown and the sum at zero', async () => {
    const amount = fc.integer({ min: 1, max: 600 });
    const step = fc.oneof(
      fc.record({ do: fc.constant('earn' as const), amount }),
      fc.record({ do: fc.constant('spend' as const), amount }),
      fc.record({ do: fc.constant('reverse' as const), which: fc.nat(20) }),
      fc.record({ do: fc.constant('recover' as const) }),
    );
    const person = ids.middle;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const earned: { id: string; amount: number; reversed: boolean }[] = [];
        let [own, owed] = [await minutes(person), 0 - (await minutes(person, 'receivable'))];
        for (const one of steps) {
          city.wait(1);
          if (one.do === 'earn') {
            earned.push({ id: await mistake(person, one.amount), amount: one.amount, reversed: false });
            own += one.amount;
          } else if (one.do === 'spend' && own >= one.amount) {
            await spend(person, one.amount);
            own -= one.amount;
          } else if (one.do === 'recover') {
            await city.work(recovery);
            const paid = Math.min(own, owed);
            [own, owed] = [own - paid, owed - paid];
          } else if (one.do === 'reverse' && earned.length > 0) {
            const wrong = earned[one.which % earned.length]!;
            const outcome = await ask(wrong.id);
            expect(refusalOf(outcome)?.code).toBe(wrong.reversed ? 'already_done' : undefined);
            if (!wrong.reversed) {
              const missing = Math.max(0, wrong.amount - own);
              [own, owed] = [own - wrong.amount + missing, owed + missing];
              wrong.reversed = true;
            }
          }
          expect([await minutes(person), 0 - (await minutes(person, 'receivable'))]).toEqual([own, owed]);
        }
        await zero();
      }),
      { numRuns: 12, seed: 20_261_124 },
    );
    expect(await minutes(DISTRICT, 'pool')).toBeGreaterThanOrEqual(0);
  });
});
