import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountKey, cityCode, openAccounts, post } from '../../db/bank/post.ts';
import { registerElders, registerPersons } from '../../db/people/register.ts';
import { DOOR_CODE, ids } from './support/city.ts';
import { type Client, type Front, openFront } from './support/front.ts';

/** The mother of the volunteer 张伟. */
const mother = {
  id: '01900000-0000-7000-8000-000000000091',
  name: '吴玉兰',
  phone: '13700000091',
  birthDate: '1952-04-01',
};

let front: Front;
const who: Record<string, Client> = {};
beforeAll(async () => {
  front = await openFront();
  for (const name of ['elder', 'family', 'volunteer', 'volunteer2', 'station', 'regulator', 'dispatcher'])
    who[name] = await front.as(name);
  await front.act(async (tx, act) => {
    await registerPersons(tx, act, [
      {
        ...mother,
        gender: 'female',
        identityNumber: null,
        address: '珠江路1号',
        position: { lat: 32.05, lon: 118.8 },
        areaCode: '320102001001',
      },
    ]);
    await registerElders(tx, act, [
      {
        personId: mother.id,
        birthDate: mother.birthDate,
        abilityLevel: 0,
        living: 'with_family',
        subsidyClass: 'none',
        carerGender: null,
        hazards: null,
        doorCode: DOOR_CODE,
      },
    ]);
    const names = [
      { ownerId: cityCode, kind: 'issuance', currency: 'min' },
      { ownerId: ids.volunteer, kind: 'personal', currency: 'min' },
    ] as const;
    const accounts = await openAccounts(tx, act, names);
    await post(tx, act, [
      {
        debit: accounts.get(accountKey(names[0])) as string,
        credit: accounts.get(accountKey(names[1])) as string,
        amount: 100,
        currency: 'min',
        cause: 'import',
        key: 'test:saved',
      },
    ]);
  });
});
afterAll(() => front.close());

const as = (name: string): Client => who[name] as Client;
const soon = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

interface Kinship {
  id: string;
  state: string;
  relation: string;
  person: { id: string; name: string };
  relative: { id: string; name: string };
}
interface Order {
  id: string;
  state: string;
  holdMinutes: number;
  elder: { name: string };
}
const order = (more: object = {}) => ({
  elderId: mother.id,
  serviceCode: 'companionship',
  startAt: soon(120),
  minutes: 60,
  payer: 'time_bank',
  despiteConflicts: true,
  ...more,
});
const available = async () =>
  (await as('volunteer').get<{ availableMinutes: number }>('/api/v1/redeemable')).body.availableMinutes;

describe('a volunteer and her mother', () => {
  it('become relatives by a station’s word, which sees both in full', async () => {
    const early = await as('volunteer').post('/api/v1/orders', order());
    expect([early.status, early.body.code]).toEqual([403, 'not_related']);

    const wanted = {
      relative: { name: mother.name, phone: mother.phone },
      relation: 'parent',
      document: 'household_register',
    };
    const asked = await as('volunteer').post<Kinship>('/api/v1/kinships', wanted);
    expect([asked.status, asked.body.state]).toEqual([201, 'asked']);
    expect([asked.body.person.name, asked.body.relative.name]).toEqual(['张伟', '吴**']);
    const again = await as('volunteer').post('/api/v1/kinships', wanted);
    expect([again.status, again.body.code]).toEqual([409, 'already_done']);
    const nobody = await as('volunteer').post('/api/v1/kinships', {
      ...wanted,
      relative: { name: mother.name, phone: '13700000000' },
    });
    expect([nobody.status, nobody.body.code]).toEqual([422, 'nobody_found']);
    const both = await as('volunteer').post('/api/v1/kinships', {
      ...wanted,
      relative: { ...wanted.relative, identityNumber: '320102195204010021' },
    });
    expect([both.status, both.body.code]).toEqual([422, 'validation_failed']);

    const id = asked.body.id;
    for (const name of ['volunteer', 'family', 'dispatcher'])
      expect((await as(name).post(`/api/v1/kinships/${id}/decide`, { decision: 'verify' })).status).toBe(403);
    const waiting = await as('station').get<{ items: Kinship[] }>('/api/v1/kinships');
    expect(waiting.body.items.map((one) => one.person.name)).toEqual(['张*']);
    const full = await as('station').get<Kinship>(`/api/v1/kinships/${id}`);
    expect(full.body.relative).toMatchObject({ name: '吴玉兰', birthDate: '1952-04-01' });
    const decided = await as('station').post<Kinship>(`/api/v1/kinships/${id}/decide`, {
      decision: 'verify',
    });
    expect([decided.status, decided.body.state]).toEqual([200, 'verified']);
    expect((await as('station').get<{ items: Kinship[] }>('/api/v1/kinships')).body.items).toEqual([]);
    const mine = await as('volunteer').get<{ items: Kinship[] }>('/api/v1/kinships');
    expect(mine.body.items).toMatchObject([{ relation: 'parent', state: 'verified' }]);
    expect((await as('volunteer2').get<{ items: Kinship[] }>('/api/v1/kinships')).body.items).toEqual([]);
  });

  it('redeem her saved hours: she books for her mother, sees and cancels what she pays', async () => {
    const redeemable = await as('volunteer').get<{ items: object[]; redeemAge: number }>(
      '/api/v1/redeemable',
    );
    expect(redeemable.body).toMatchObject({
      redeemAge: 60,
      availableMinutes: 100,
      items: [
        { relation: 'self', may: false, why: 'not_old_enough' },
        { elderId: mother.id, relation: 'parent', may: true, why: null },
      ],
    });
    const booked = await as('volunteer').post<Order>('/api/v1/orders', order());
    expect([booked.status, booked.body.holdMinutes], JSON.stringify(booked.body)).toEqual([201, 60]);
    expect(booked.body.elder.name).toBe('吴**');
    expect(await available()).toBe(40);
    const paid = await as('volunteer').get<{ items: Order[] }>('/api/v1/redemptions');
    expect(paid.body.items.map((one) => one.id)).toEqual([booked.body.id]);
    expect((await as('volunteer2').get<{ items: Order[] }>('/api/v1/redemptions')).body.items).toEqual([]);
    const address = `/api/v1/redemptions/${booked.body.id}/cancel`;
    expect((await as('volunteer2').post(address, { reason: '改期' })).status).toBe(404);
    expect((await as('volunteer').post<Order>(address, { reason: '改期' })).body.state).toBe('cancelled');
    expect(await available()).toBe(100);
  });

  it('is all that her hours pay for: nobody else, in no other way', async () => {
    const cases: [string, object, number, string][] = [
      ['volunteer', order({ elderId: ids.elder }), 403, 'not_related'],
      ['volunteer', order({ payer: 'self', serviceCode: 'meals' }), 422, 'invalid'],
      ['volunteer', order({ minutes: 101 }), 409, 'not_enough_hours'],
      ['volunteer', order({ holderId: ids.otherVolunteer }), 403, 'not_yours'],
      ['volunteer', order({ elderId: ids.volunteer }), 404, 'not_found'],
      ['elder', order({ elderId: ids.elder, holderId: ids.volunteer }), 403, 'not_yours'],
      ['family', order({ elderId: ids.elder, holderId: ids.volunteer }), 403, 'not_yours'],
      ['station', order({ elderId: ids.elder, holderId: ids.volunteer }), 403, 'not_related'],
    ];
    for (const [name, wanted, status, code] of cases) {
      const answer = await as(name).post('/api/v1/orders', wanted);
      expect([answer.status, answer.body.code], `${name} ${JSON.stringify(wanted)}`).toEqual([status, code]);
    }
    const atTheDesk = await as('station').post<Order>('/api/v1/orders', order({ holderId: ids.volunteer }));
    expect([atTheDesk.status, atTheDesk.body.holdMinutes]).toEqual([201, 60]);
    expect(await available()).toBe(40);
  });

  it('are relatives no more once either ends it', async () => {
    const mine = await as('volunteer').get<{ items: Kinship[] }>('/api/v1/kinships');
    const address = `/api/v1/kinships/${mine.body.items[0]?.id}/end`;
    expect((await as('volunteer2').post(address, { reason: '登记有误' })).status).toBe(404);
    expect((await as('volunteer').post(address, { reason: '误' })).status).toBe(422);
    const ended = await as('volunteer').post<Kinship>(address, { reason: '登记有误' });
    expect(ended.body).toMatchObject({ state: 'ended', reason: '登记有误' });
    expect((await as('volunteer').post('/api/v1/orders', order())).body.code).toBe('not_related');
    const paid = await as('volunteer').get<{ items: Order[] }>('/api/v1/redemptions');
    expect(paid.body.items).toHaveLength(2);
  });

  it('can be asked for by family who books for an elder, and by the desk for whoever stands there', async () => {
    const wanted = {
      relative: { name: '王强', phone: `1390000${ids.family.slice(-4)}` },
      relation: 'child',
      document: 'notary',
    };
    const forElder = { ...wanted, personId: ids.elder };
    expect((await as('station').post('/api/v1/kinships', wanted)).status).toBe(404);
    expect((await as('volunteer').post('/api/v1/kinships', forElder)).status).toBe(404);
    const asked = await as('family').post<Kinship>('/api/v1/kinships', forElder);
    expect([asked.status, asked.body.person.id]).toEqual([201, ids.elder]);
    const decided = await as('regulator').post<Kinship>(`/api/v1/kinships/${asked.body.id}/decide`, {
      decision: 'refuse',
      reason: '公证书已过期',
    });
    expect(decided.body).toMatchObject({ state: 'refused', reason: '公证书已过期' });
    const anew = await as('station').post<Kinship>('/api/v1/kinships', forElder);
    expect(anew.status).toBe(201);
    const own = await as('station').post(`/api/v1/kinships/${anew.body.id}/decide`, { decision: 'verify' });
    expect([own.status, own.body.code]).toEqual([403, 'own_request']);
  });
});
