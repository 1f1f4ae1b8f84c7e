import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leftOfLots, lotsOf } from '../../../db/bank/grantLots.ts';
import { lapsesDue, postLapses } from '../../../db/bank/lapses.ts';
import { askReversal } from '../../../db/bank/post.ts';
import { cancelOrders } from '../../../db/orders/end.ts';
import { closePerson } from '../../../db/people/closePerson.ts';
import { lapseOf } from '../../../db/people/grants.ts';
import { registerElders, registerPersons } from '../../../db/people/register.ts';
import { monthOf } from '../../../db/quality/rules.ts';
import { confirmVisits } from '../../../db/visits/confirm.ts';
import { grants, lapses } from '../../../worker/tasks/grants.ts';
import { actOf, DOOR_CODE, HOME, ids, later, type SmallCity, smallCity } from '../../support/smallCity.ts';
import { acceptedOrder, arrive, leave } from '../../support/visits.ts';

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
});
afterEach(() => city.close());

/** Ten in the morning of the first day so many months after the one in which the city began. */
let firstMonth = '';
const goTo = (months: number) => {
  city.at = later(lapseOf(firstMonth, months), 600);
};
beforeEach(() => {
  firstMonth = monthOf(city.at);
});

const granted = () => city.account(ids.wang, 'grant');
async function accountId(ownerId = ids.wang as string): Promise<string> {
  const [row] = await city.sql`
    select id from accounts where owner_id = ${ownerId} and kind = 'grant' and currency = 'min'`;
  return row!.id;
}
const lots = async () =>
  (await lotsOf(city.db, await accountId(), later(city.at, 1))).map((lot) => [
    monthOf(lot.grantedAt),
    lot.left,
  ]);
const month = (n: number) => monthOf(lapseOf(firstMonth, n));

/** A visit of an hour for 王, from booking to payment. */
async function visit(minutes = 60): Promise<string> {
  const order = await acceptedOrder(city, { minutes });
  await arrive(city, order.id);
  city.wait(minutes);
  await leave(city, order.id);
  await city.do('elder', (tx, act) => confirmVisits(tx, act, [{ orderId: order.id }]));
  return order.id;
}

describe('the monthly grant', () => {
  it('is posted once a month to whom it is due, with the day on which it lapses', async () => {
    expect(await granted()).toEqual({ balance: 600, held: 0 });
    expect(await city.work(grants)).toBe(0);
    goTo(1);
    expect(await city.work(grants)).toBe(3);
    expect(await city.work(grants)).toBe(0);
    expect(await granted()).toEqual({ balance: 1200, held: 0 });
    expect(await city.account(ids.wang, 'grant', 'fen')).toMatchObject({ balance: 120_000 });
    expect(await city.account(ids.li, 'grant')).toMatchObject({ balance: 0 });
    const rows = await city.sql`
      select t.idempotency_key as key, t.lapses_at, t.currency from transfers t
      where t.cause = 'grant' and t.credit_account_id in (select id from accounts where owner_id = ${ids.wang})
      order by t.id`;
    expect(rows.map((row) => [row.key, row.lapses_at])).toEqual([
      [`grant:${month(0)}:${ids.wang}:grant:min`, lapseOf(firstMonth, 3)],
      [`grant:${month(0)}:${ids.wang}:grant:fen`, null],
      [`grant:${month(1)}:${ids.wang}:grant:min`, lapseOf(firstMonth, 4)],
      [`grant:${month(1)}:${ids.wang}:grant:fen`, null],
    ]);
  });

  it('ends with the month of Nanjing, not of Greenwich', () => {
    expect(lapseOf('2026-11', 3)).toEqual(new Date('2027-01-31T16:00:00Z'));
    expect(lapseOf('2026-12', 1)).toEqual(new Date('2026-12-31T16:00:00Z'));
    expect(lapseOf('2026-02', 12)).toEqual(new Date('2027-01-31T16:00:00Z'));
  });

  it('goes to the living, not to those whose books are closed', async () => {
    await city.do('station', (tx, act) => closePerson(tx, act, ids.zhao));
    goTo(1);
    expect(await city.work(grants)).toBe(2);
    expect(await city.account(ids.zhao, 'grant')).toMatchObject({ balance: 600 });
  });

  it('of a big city is posted a thousand elders at a time', async () => {
    const many = Array.from({ length: 1150 }, (_, i) => ({
      id: `01900000-0000-7000-9000-${String(i).padStart(12, '0')}`,
      name: '顾长寿',
      gender: 'male' as const,
      birthDate: '1935-01-01',
      identityNumber: null,
      phone: null,
      address: null,
      position: HOME,
      areaCode: '320102001001',
    }));
    await city.do('station', async (tx, act) => {
      await registerPersons(tx, act, many);
      await registerElders(
        tx,
        act,
        many.map(({ id, birthDate }) => ({
          personId: id,
          birthDate,
          abilityLevel: 0,
          living: 'alone',
          subsidyClass: 'none',
          carerGender: null,
          hazards: null,
          doorCode: DOOR_CODE,
        })),
      );
    });
    goTo(1);
    expect(await city.work(grants)).toBe(1153);
    const acts = await city.sql`
      select (detail ->> 'transfers')::int as n from audit
      where action = 'ledger.grant' and actor_id = 'worker:grants' order by 1`;
    expect(acts.map((row) => row.n)).toEqual([152, 1001]);
    goTo(3);
    expect(await city.work(lapses)).toBe(1152);
    expect(await city.work(lapses)).toBe(0);
  });
});

describe('granted minutes', () => {
  it('are spent oldest first, and what is left of a month goes back when it lapses', async () => {
    goTo(1);
    await city.work(grants);
    goTo(2);
    await city.work(grants);
    await visit(90);
    expect(await granted()).toEqual({ balance: 1710, held: 0 });
    expect(await lots()).toEqual([
      [month(0), 510],
      [month(1), 600],
      [month(2), 600],
    ]);
    expect(await city.work(lapses)).toBe(0);

    goTo(3);
    expect(await city.work(lapses)).toBe(2);
    await city.work(grants);
    expect(await granted()).toEqual({ balance: 1800, held: 0 });
    expect(await lots()).toEqual([
      [month(1), 600],
      [month(2), 600],
      [month(3), 600],
    ]);
    const [lapse] = await city.sql`
      select t.amount, t.idempotency_key as key, a.kind from transfers t join accounts a on a.id = t.credit_account_id
      where t.cause = 'lapse' and t.debit_account_id = ${await accountId()}`;
    const day = `${month(3)}-01`;
    expect(lapse).toMatchObject({ amount: 510, kind: 'issuance', key: `lapse:${await accountId()}:${day}` });
  });

  it('that were all spent in time leave nothing to lapse', async () => {
    goTo(1);
    await city.work(grants);
    await visit(600);
    goTo(3);
    expect(await city.work(lapses)).toBe(1);
    expect(await granted()).toEqual({ balance: 600, held: 0 });
    expect(await lots()).toEqual([[month(1), 600]]);
  });

  it('that a booking holds last as long as it does, and lapse the day after it is released', async () => {
    goTo(3);
    city.at = later(city.at, -20 * 60);
    const order = await city.book({ minutes: 200, startAt: later(city.at, 36 * 60) });
    expect(await granted()).toEqual({ balance: 600, held: 200 });
    goTo(3);
    await city.work(lapses);
    expect(await granted()).toEqual({ balance: 200, held: 200 });
    await city.do('elder', (tx, act) => cancelOrders(tx, act, [{ orderId: order.id, reason: '改期' }]));
    expect(await granted()).toEqual({ balance: 200, held: 0 });
    await city.work(lapses);
    expect(await granted()).toEqual({ balance: 200, held: 0 });
    city.wait(24 * 60);
    await city.work(lapses);
    expect(await granted()).toEqual({ balance: 0, held: 0 });
  });

  it('that a reversal gives back lapse again if their month has ended, and last if it has not', async () => {
    goTo(1);
    await city.work(grants);
    const first = await visit(100);
    const reverse = async (orderId: string) => {
      const [row] = await city.sql`
        select id from transfers where cause = 'visit' and cause_id = ${orderId} and debit_account_id = ${await accountId()}`;
      await askReversal(
        city.db,
        actOf('regulator', city.at),
        { transferId: row!.id, reasonCode: 'visit_not_done', note: '没有上门' },
        { min: 600, fen: 100_000 },
      );
    };
    await reverse(first);
    expect(await granted()).toEqual({ balance: 1200, held: 0 });
    expect(await lots()).toEqual([
      [month(0), 600],
      [month(1), 600],
    ]);
    const second = await visit(100);
    goTo(3);
    await city.work(lapses);
    expect(await granted()).toEqual({ balance: 600, held: 0 });
    await reverse(second);
    expect(await granted()).toEqual({ balance: 700, held: 0 });
    city.wait(24 * 60);
    await city.work(lapses);
    expect(await granted()).toEqual({ balance: 600, held: 0 });
  });

  it('of a grant that was a mistake and taken back do not keep older ones from lapsing', async () => {
    goTo(1);
    await city.work(grants);
    const [wrong] = await city.sql`
      select id from transfers where cause = 'grant' and credit_account_id = ${await accountId()} order by id desc limit 1`;
    await askReversal(
      city.db,
      actOf('regulator', city.at),
      { transferId: wrong!.id, reasonCode: 'wrong_person', note: '发放有误' },
      { min: 600, fen: 100_000 },
    );
    expect(await lots()).toEqual([[month(0), 600]]);
    goTo(3);
    await city.work(lapses);
    expect(await granted()).toEqual({ balance: 0, held: 0 });
  });

  it('cannot be spent while they lapse', async () => {
    goTo(3);
    const act = actOf('system', city.at);
    let booked: Promise<unknown> = Promise.resolve();
    await city.db.transaction(async (tx) => {
      const due = await lapsesDue(tx, city.at, 10, null);
      expect(due.map((one) => one.amount)).toEqual([600, 600]);
      booked = city.book({ minutes: 60 });
      await postLapses(tx, act, due);
    });
    await expect(booked).rejects.toThrow('not_enough_hours');
    expect(await granted()).toEqual({ balance: 0, held: 0 });
  });
});

describe('what is left of lots', () => {
  it('adds up to the balance, the newest whole before an older one has any', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 15 }),
        fc.nat(12_000),
        (amounts, balance) => {
          const left = leftOfLots(amounts, balance);
          const total = amounts.reduce((sum, one) => sum + one, 0);
          expect(left.reduce((sum, one) => sum + one, 0)).toBe(Math.min(balance, total));
          const firstAny = left.findIndex((one) => one > 0);
          if (firstAny >= 0) expect(left.slice(firstAny + 1)).toEqual(amounts.slice(firstAny + 1));
        },
      ),
    );
  });
});
