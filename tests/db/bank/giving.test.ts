import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateFor } from '../../../db/bank/certificates.ts';
import { freezePerson } from '../../../db/bank/freeze.ts';
import { donate, type Gift, give } from '../../../db/bank/give.ts';
import { poolsFor } from '../../../db/bank/pools.ts';
import { accountKey, cityCode, keyEldersPool, openAccounts, post } from '../../../db/bank/post.ts';
import { type Act, perform } from '../../../db/connect/act.ts';
import { grantMandates } from '../../../db/people/mandates.ts';
import { registerTeams } from '../../../db/people/teams.ts';
import { daughterUsers, family, ownReach, settleFamily, verifyKin } from '../../support/family.ts';
import { actOf, DISTRICT, ids, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';

const CAP = 1500 * 60;
const { grandmother, father, mother, daughter } = family;

let city: SmallCity;
beforeAll(async () => {
  city = await smallCity();
  await settleFamily(city);
  await verifyKin(city, mother, 'parent', grandmother);
  await verifyKin(city, mother, 'spouse', father);
  await verifyKin(city, daughter, 'grandparent', grandmother);
});
afterAll(() => city.close());

const gift = (from: string, to: string, minutes: number, words?: string): Gift => ({
  fromPersonId: from,
  toPersonId: to,
  minutes,
  ...(words ? { words } : {}),
});
const giving = (one: Gift) => city.try('volunteer', (tx, act) => give(tx, act, one));
const balance = async (ownerId: string, kind?: string) => (await city.account(ownerId, kind)).balance;

describe('a gift', () => {
  it('goes to a verified lineal relative, whichever of the two asked for the relation, with its words', async () => {
    await city.bank(daughter.id, 500);
    const given = await giving(gift(daughter.id, grandmother.id, 200, '保重身体'));
    expect(given).toMatchObject({
      ok: true,
      value: { minutes: 200, overflow: null, balance: 300, available: 300 },
    });
    const back = await giving(gift(grandmother.id, mother.id, 50));
    expect(back).toMatchObject({ ok: true, value: { balance: 150 } });
    expect(await balance(mother.id)).toBe(50);
    const words = await city.sql`
      select reason from audit where action = 'ledger.words' and person_id = ${daughter.id}`;
    expect(words.map((row) => row.reason)).toEqual(['保重身体']);
    const told = await city.sql`
      select person_ids from outbox where kind = 'account' order by position desc limit 1`;
    expect(new Set(told[0]?.person_ids)).toEqual(new Set([grandmother.id, mother.id]));
  });

  it('goes to nobody else: no spouse, no stranger, not oneself, nobody whose relation is not verified', async () => {
    await city.bank(mother.id, 100);
    for (const to of [father.id, ids.near, mother.id, daughter.id]) {
      expect(refusalOf(await giving(gift(mother.id, to, 10)))).toEqual({
        code: 'not_related',
        field: 'toPersonId',
      });
    }
  });

  it('is refused by the database too, whoever posts it', async () => {
    const names = [mother.id, father.id].map(
      (ownerId) => ({ ownerId, kind: 'personal', currency: 'min' }) as const,
    );
    for (const cause of ['gift', 'closing'] as const) {
      const outcome = await city.try('admin', async (tx, act) => {
        const accounts = await openAccounts(tx, act, names);
        const [debit = '', credit = ''] = names.map((name) => accounts.get(accountKey(name)));
        await post(tx, act, [{ debit, credit, amount: 1, currency: 'min', cause, key: `round:${cause}` }]);
      });
      expect(refusalOf(outcome)?.code).toBe('not_related');
    }
  });

  it('is of earned hours that are not set aside: nothing granted, nothing booked', async () => {
    const granted = await balance(ids.wang, 'grant');
    await city.sql`
      insert into kinships (id, person_id, relative_id, relation, state, document, asked_by, asked_at, decided_by, decided_at)
      values (gen_random_uuid(), ${ids.wang}, ${ids.far}, 'grandchild', 'verified', 'notary', 'a', now(), 'b', now())`;
    expect(granted).toBe(600);
    expect(refusalOf(await giving(gift(ids.wang, ids.far, 1)))?.code).toBe('not_enough_hours');
    await city.bank(ids.wang, 100);
    await city.book({ minutes: 640 });
    expect(refusalOf(await giving(gift(ids.wang, ids.far, 61)))?.code).toBe('not_enough_hours');
    expect((await giving(gift(ids.wang, ids.far, 60))).ok).toBe(true);
    for (const minutes of [0, -5, 1.5, Number.NaN]) {
      expect(refusalOf(await giving(gift(ids.wang, ids.far, minutes)))?.code).toBe('invalid');
    }
  });

  it('is stopped by a freeze of the giver, not of the receiver', async () => {
    const freeze = (personId: string, isFrozen: boolean) =>
      city.do('station', (tx, act) => freezePerson(tx, act, personId, isFrozen, '正在核实'));
    await city.bank(daughter.id, 10);
    expect(await freeze(grandmother.id, true)).toBe(1);
    expect((await giving(gift(daughter.id, grandmother.id, 5))).ok).toBe(true);
    expect(refusalOf(await giving(gift(grandmother.id, daughter.id, 5)))?.code).toBe('account_frozen');
    const twice = await city.try('station', (tx, act) =>
      freezePerson(tx, act, grandmother.id, true, '再次冻结'),
    );
    expect(refusalOf(twice)?.code).toBe('already_done');
    await freeze(grandmother.id, false);
    expect((await giving(gift(grandmother.id, daughter.id, 5))).ok).toBe(true);
  });

  it('passes what exceeds the cap of the receiver on to the pool of their district, in their name', async () => {
    const [pool, before] = [await balance(DISTRICT, 'pool'), await balance(grandmother.id)];
    await city.bank(grandmother.id, CAP - before - 30);
    await city.bank(daughter.id, 100);
    const given = await giving(gift(daughter.id, grandmother.id, 100));
    expect(given).toMatchObject({ ok: true, value: { minutes: 100, overflow: { minutes: 70 } } });
    expect(await balance(grandmother.id)).toBe(CAP);
    expect(await balance(DISTRICT, 'pool')).toBe(pool + 70);
    const transferId = given.ok ? given.value.overflow!.transferId : '';
    const certificate = await city.do('elder', (tx, act) =>
      certificateFor(tx, act, ownReach(grandmother.id), transferId),
    );
    expect(certificate).toMatchObject({ name: grandmother.name, minutes: 70 });
  });

  it('never lifts anybody over the cap, however many come at once', async () => {
    const pool = await balance(DISTRICT, 'pool');
    await city.do('elder', (tx, act) =>
      donate(tx, act, { from: { personId: grandmother.id }, minutes: 50, to: 'city' }),
    );
    await city.bank(daughter.id, 200);
    const gifts = await Promise.all(
      Array.from({ length: 20 }, () => giving(gift(daughter.id, grandmother.id, 10))),
    );
    expect(gifts.every((outcome) => outcome.ok)).toBe(true);
    expect(await balance(grandmother.id)).toBe(CAP);
    expect(await balance(DISTRICT, 'pool')).toBe(pool + 150);
  });

  it('by family keeps to what the elder allowed for the month', async () => {
    await city.bank(father.id, 500);
    await verifyKin(city, father, 'child', daughter);
    await city.do('station', (tx, act) =>
      grantMandates(tx, act, [
        {
          elderId: father.id,
          delegateId: daughter.id,
          relation: 'child',
          scopes: ['see', 'spend'],
          monthlyMinutes: 90,
        },
      ]),
    );
    const act: Act = { ...actOf('family', city.at, daughterUsers.family), onBehalfOf: father.id };
    const byFamily = (minutes: number) =>
      perform(city.db, act, (tx) => give(tx, act, gift(father.id, daughter.id, minutes)));
    expect((await byFamily(60)).ok).toBe(true);
    expect(refusalOf(await byFamily(31))).toMatchObject({ code: 'over_mandate', params: { left: 30 } });
    const donated = await perform(city.db, act, (tx) =>
      donate(tx, act, { from: { personId: father.id }, minutes: 31, to: 'district' }),
    );
    expect(refusalOf(donated)?.code).toBe('over_mandate');
    expect((await byFamily(30)).ok).toBe(true);
  });
});

describe('a donation', () => {
  it("goes to the pool of the donor's district, of the city, or for key elders, whose pool pays for them first", async () => {
    await city.bank(ids.near, 100);
    const before = await Promise.all(
      [DISTRICT, cityCode, keyEldersPool].map((code) => balance(code, 'pool')),
    );
    for (const [to, minutes] of [
      ['district', 10],
      ['city', 20],
      ['key_elders', 30],
    ] as const) {
      const done = await city.do('volunteer', (tx, act) =>
        donate(tx, act, { from: { personId: ids.near }, minutes, to, words: '给需要的人' }),
      );
      expect(done.minutes).toBe(minutes);
    }
    const after = await Promise.all([DISTRICT, cityCode, keyEldersPool].map((code) => balance(code, 'pool')));
    expect(after.map((minutes, i) => minutes - before[i]!)).toEqual([10, 20, 30]);
    const forKeyElders = await poolsFor(city.db, DISTRICT, true);
    expect(forKeyElders.map((pool) => pool.ownerId)).toEqual([keyEldersPool, DISTRICT, cityCode]);
    expect(forKeyElders[0]?.available).toBe(after[2]);
    const forOthers = await poolsFor(city.db, DISTRICT, false);
    expect(forOthers.map((pool) => pool.ownerId)).toEqual([DISTRICT, cityCode]);
  });

  it('is all that can be done with the hours of a team', async () => {
    const [team = ''] = await city.do('station', (tx, act) =>
      registerTeams(tx, act, [{ name: '梅园志愿队', leaderId: ids.near, stationId: ids.station }]),
    );
    const names = [
      { ownerId: cityCode, kind: 'issuance', currency: 'min' },
      { ownerId: team, kind: 'team', currency: 'min' },
      { ownerId: ids.near, kind: 'personal', currency: 'min' },
    ] as const;
    const accounts = await city.do('system', (tx, act) => openAccounts(tx, act, names));
    const [fund = '', own = '', leader = ''] = names.map((name) => accounts.get(accountKey(name)));
    const posting = { amount: 40, currency: 'min' } as const;
    await post(city.db, actOf('system', city.at), [
      { ...posting, debit: fund, credit: own, cause: 'import', key: 'team:import' },
    ]);
    for (const cause of ['gift', 'donation', 'closing'] as const) {
      const taken = await city.try('volunteer', (tx, act) =>
        post(tx, act, [{ ...posting, debit: own, credit: leader, cause, key: `team:${cause}` }]),
      );
      expect(refusalOf(taken)?.code).toBe('not_transferable');
    }
    const from = { teamId: team };
    const donated = await city.do('volunteer', (tx, act) =>
      donate(tx, act, { from, minutes: 30, to: 'district' }),
    );
    expect(donated).toMatchObject({ poolCode: DISTRICT, balance: 10 });
    const more = await city.try('volunteer', (tx, act) =>
      donate(tx, act, { from, minutes: 11, to: 'district' }),
    );
    expect(refusalOf(more)?.code).toBe('not_enough_hours');
  });
});
