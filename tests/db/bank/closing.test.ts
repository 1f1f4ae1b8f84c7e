import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { balancesOf } from '../../../db/bank/balances.ts';
import { decideClearing } from '../../../db/bank/clearing.ts';
import { closeAtDeath, closeAtMove, type Heir } from '../../../db/bank/close.ts';
import { freezePerson } from '../../../db/bank/freeze.ts';
import { donate, give } from '../../../db/bank/give.ts';
import { openPartner } from '../../../db/bank/partners.ts';
import { cityCode } from '../../../db/bank/post.ts';
import type { Act } from '../../../db/connect/act.ts';
import { perform } from '../../../db/connect/act.ts';
import { confirmVisits } from '../../../db/visits/confirm.ts';
import { family, settleFamily, verifyKin } from '../../support/family.ts';
import { actOf, DISTRICT, ids, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';
import { acceptedOrder, arrive, leave } from '../../support/visits.ts';

const CAP = 1500 * 60;
const { grandmother, father, mother, daughter } = family;

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
  await settleFamily(city);
  await verifyKin(city, mother, 'parent', grandmother);
  await verifyKin(city, mother, 'spouse', father);
  await verifyKin(city, daughter, 'grandparent', grandmother);
});
afterEach(() => city.close());

const closing = (personId: string, heirs: Heir[] = []) =>
  city.try('station', (tx, act) =>
    closeAtDeath(tx, act, { personId, heirs, document: 'family_agreement', reason: '家属一致同意' }),
  );
const minutes = async (ownerId: string, kind?: string) => (await city.account(ownerId, kind)).balance;
const isClosed = async (personId: string) => {
  const [row] = await city.sql`
    select (select closed_at is not null from persons where id = ${personId}) as person,
      (select bool_and(closed_at is not null) from accounts where owner_id = ${personId}) as accounts`;
  return row;
};
const zero = async () => {
  const rows =
    await city.sql`select currency, sum(balance)::int as sum from account_balances group by currency`;
  expect(rows.every((row) => row.sum === 0)).toBe(true);
};

describe('when somebody dies', () => {
  it("their hours go to lineal relatives as the family decided, the rest to the pool, and the city's grant to the fund", async () => {
    const wang = ids.wang;
    await city.bank(wang, 1000);
    await city.sql`
      insert into kinships (id, person_id, relative_id, relation, state, document, asked_by, asked_at, decided_by, decided_at)
      values (gen_random_uuid(), ${wang}, ${ids.near}, 'child', 'verified', 'notary', 'a', now(), 'b', now())`;
    const [pool, fund, near] = [
      await minutes(DISTRICT, 'pool'),
      await minutes(cityCode, 'issuance'),
      await minutes(ids.near),
    ];
    const closed = await closing(wang, [{ personId: ids.near, minutes: 700 }]);
    expect(closed).toMatchObject({
      ok: true,
      value: {
        state: 'closed',
        heirs: [{ personId: ids.near, minutes: 700, overflowMinutes: 0 }],
        poolMinutes: 300,
        fundMinutes: 600,
        fundFen: 60_000,
        owedMinutes: 0,
      },
    });
    expect(await minutes(ids.near)).toBe(near + 700);
    expect(await minutes(DISTRICT, 'pool')).toBe(pool + 300);
    expect(await minutes(cityCode, 'issuance')).toBe(fund + 600);
    expect(await isClosed(wang)).toEqual({ person: true, accounts: true });
    const [decided] = await city.sql`
      select reason, detail from audit where action = 'account.closed' and person_id = ${wang}`;
    expect(decided).toMatchObject({
      reason: '家属一致同意',
      detail: { cause: 'death', document: 'family_agreement', heirs: `${ids.near}=700` },
    });
    const heard =
      await city.sql`select from audit where action = 'account.inherited' and person_id = ${ids.near}`;
    expect(heard.length).toBe(1);
    await zero();
  });

  it('nobody inherits who is no verified lineal relative, not even the spouse, and nobody more than there is', async () => {
    await city.bank(mother.id, 100);
    for (const heirs of [
      [{ personId: father.id, minutes: 10 }],
      [{ personId: ids.near, minutes: 10 }],
      [{ personId: mother.id, minutes: 10 }],
    ]) {
      expect(refusalOf(await closing(mother.id, heirs))).toMatchObject({
        code: 'not_related',
        field: 'heirs',
      });
    }
    const tooMuch = await closing(mother.id, [{ personId: grandmother.id, minutes: 101 }]);
    expect(refusalOf(tooMuch)).toEqual({ code: 'not_enough_hours', field: 'heirs', params: { left: 100 } });
    const twice = [
      { personId: grandmother.id, minutes: 10 },
      { personId: grandmother.id, minutes: 20 },
    ];
    expect(refusalOf(await closing(mother.id, twice))?.code).toBe('invalid');
    expect(await isClosed(mother.id)).toMatchObject({ person: false });
    expect(await minutes(mother.id)).toBe(100);
  });

  it("what passes an heir's cap goes on to the pool", async () => {
    await city.bank(mother.id, 100);
    await city.bank(grandmother.id, CAP - 40);
    const closed = await closing(mother.id, [{ personId: grandmother.id, minutes: 100 }]);
    expect(closed).toMatchObject({ ok: true, value: { heirs: [{ minutes: 100, overflowMinutes: 60 }] } });
    expect(await minutes(grandmother.id)).toBe(CAP);
    expect(await minutes(DISTRICT, 'pool')).toBe(60);
  });

  it('what is booked is cancelled, what they had promised to others is free for somebody else', async () => {
    await city.bank(ids.wang, 300);
    const theirs = await city.book();
    const promised = await acceptedOrder(city, { startAt: new Date(city.at.getTime() + 26 * 3_600_000) });
    const volunteer = (await city.order(promised.id)).assigneeId as string;
    const closed = await closing(volunteer);
    expect(closed).toMatchObject({ ok: true, value: { withdrawnVisits: 1, cancelledOrders: 0 } });
    expect(await city.order(promised.id)).toMatchObject({ state: 'requested', assigneeId: null });
    const elder = await closing(ids.wang);
    expect(elder).toMatchObject({ ok: true, value: { cancelledOrders: 2 } });
    expect((await city.order(theirs.id)).state).toBe('cancelled');
    const open = await city.sql`select from holds where state = 'open'`;
    expect(open.length).toBe(0);
    await zero();
  });

  it('a visit that waits to be confirmed comes first, so that who served is paid', async () => {
    await city.bank(ids.wang, 300);
    const order = await acceptedOrder(city);
    await arrive(city, order.id);
    const count = { code: 'orders_open', field: 'personId', params: { count: 1 } };
    expect(refusalOf(await closing(ids.wang))).toEqual(count);
    city.wait(60);
    await leave(city, order.id);
    expect(refusalOf(await closing(ids.wang))).toEqual(count);
    expect(refusalOf(await closing(order.assigneeId as string))).toEqual(count);
    await city.do('station', (tx, act) => confirmVisits(tx, act, [{ orderId: order.id }]));
    expect((await closing(ids.wang)).ok).toBe(true);
    expect(await minutes(order.assigneeId as string)).toBe(60);
  });

  it('a freeze does not hinder it, and nothing can be done with the account afterwards', async () => {
    await city.bank(mother.id, 100);
    await city.bank(daughter.id, 100);
    await city.do('station', (tx, act) => freezePerson(tx, act, grandmother.id, true, '家属报告去世'));
    await city.do('volunteer', (tx, act) =>
      give(tx, act, { fromPersonId: daughter.id, toPersonId: grandmother.id, minutes: 10 }),
    );
    expect((await closing(grandmother.id)).ok).toBe(true);
    expect(refusalOf(await closing(grandmother.id))?.code).toBe('already_done');
    const gift = await city.try('volunteer', (tx, act) =>
      give(tx, act, { fromPersonId: daughter.id, toPersonId: grandmother.id, minutes: 10 }),
    );
    expect(refusalOf(gift)?.code).toBe('account_closed');
    const donation = await city.try('elder', (tx, act) =>
      donate(tx, act, { from: { personId: grandmother.id }, minutes: 1, to: 'district' }),
    );
    expect(donation.ok).toBe(false);
  });

  it('two desks that close at once close once, and a booking at that moment is either cancelled or refused', async () => {
    await city.bank(ids.wang, 500);
    const [first, second, booked] = await Promise.all([
      closing(ids.wang),
      closing(ids.wang),
      city.book().then(
        (order) => order,
        () => null,
      ),
    ]);
    expect([first.ok, second.ok].filter(Boolean).length).toBe(1);
    if (booked) expect((await city.order(booked.id)).state).toBe('cancelled');
    expect(await isClosed(ids.wang)).toEqual({ person: true, accounts: true });
    await zero();
  });
});

describe('when somebody moves to a partner city', () => {
  const agree = (id: string, approve = true) => {
    const act: Act = actOf('regulator', city.at, 'regulator:a');
    const word = { approve, reference: approve ? 'WX-1' : null, note: null };
    return perform(city.db, act, (tx) => decideClearing(tx, act, { kind: 'all' }, id, word));
  };
  const move = (personId: string) =>
    city.try('station', (tx, act) =>
      closeAtMove(tx, act, { personId, partnerCode: '3202', reason: '迁居无锡' }),
    );
  beforeEach(async () => {
    await city.do('regulator', (tx, act) =>
      openPartner(tx, act, { code: '3202', name: '无锡市', limitMinutes: 600, limitFen: 0 }),
    );
  });

  it('all their hours wait for its word and nothing leaves meanwhile; then they go there and the accounts close', async () => {
    await city.bank(ids.wang, 250);
    await city.book();
    const moving = await move(ids.wang);
    expect(moving).toMatchObject({
      ok: true,
      value: { state: 'moving', movedMinutes: 250, cancelledOrders: 1 },
    });
    const id = (moving.ok && moving.value.clearingId) || '';
    expect(await city.account(ids.wang)).toEqual({ balance: 250, held: 250 });
    expect((await balancesOf(city.db, ids.wang)).every((account) => account.frozen)).toBe(true);
    expect(await isClosed(ids.wang)).toEqual({ person: false, accounts: false });
    expect(await agree(id)).toMatchObject({ ok: true, value: { state: 'posted', reference: 'WX-1' } });
    expect(await minutes('3202', 'clearing')).toBe(250);
    expect(await isClosed(ids.wang)).toEqual({ person: true, accounts: true });
    await zero();
  });

  it('and it does not want them, all is as before', async () => {
    await city.bank(ids.wang, 250);
    const moving = await move(ids.wang);
    await agree((moving.ok && moving.value.clearingId) || '', false);
    expect(await city.account(ids.wang)).toEqual({ balance: 250, held: 0 });
    expect((await balancesOf(city.db, ids.wang)).some((account) => account.frozen)).toBe(false);
    expect((await move(ids.wang)).ok).toBe(true);
  });

  it('hours that came in meanwhile keep the accounts open, so that none is lost', async () => {
    await city.bank(mother.id, 100);
    await city.bank(daughter.id, 10);
    const moving = await move(grandmother.id);
    expect(moving).toMatchObject({ ok: true, value: { state: 'closed', movedMinutes: 0 } });
    const leaves = await move(daughter.id);
    await city.bank(daughter.id, 5);
    await agree((leaves.ok && leaves.value.clearingId) || '');
    expect(await isClosed(daughter.id)).toEqual({ person: false, accounts: false });
    expect(await city.account(daughter.id)).toEqual({ balance: 5, held: 0 });
  });

  it('a frozen account has to be cleared up first', async () => {
    await city.bank(mother.id, 100);
    await city.do('station', (tx, act) => freezePerson(tx, act, mother.id, true, '正在核实'));
    expect(refusalOf(await move(mother.id))?.code).toBe('account_frozen');
  });
});
