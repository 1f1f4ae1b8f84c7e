import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../db/connect/ids.ts';
import { registerTeams } from '../../db/people/teams.ts';
import { DISTRICT, ids, newKey } from './support/city.ts';
import { type Hours, openHours } from './support/hours.ts';

interface Given {
  transferId: string;
  minutes: number;
  overflow: { transferId: string; minutes: number } | null;
  balance: number;
  available: number;
  certificate: string;
  poolCode: string;
}

let hours: Hours;
beforeAll(async () => {
  hours = await openHours();
  await hours.earn('elder', 1000);
});
afterAll(() => hours.close());

const post = (who: string, path: string, json: object, key = newKey()) =>
  hours.as(who).post<Given & { code: string; field: string }>(`/api/v1${path}`, json, { key });
const relative = ids.otherVolunteer;
/** What the elder has. */
const left = async () => (await hours.statement('elder', hours.of('elder'))).balanceNow;

describe('a gift through the API', () => {
  it('is made by the holder, once under one key, with words that both can read', async () => {
    const key = newKey();
    const gift = { toPersonId: relative, minutes: 100, words: '谢谢你' };
    const made = await post('elder', '/gifts', gift, key);
    expect([made.status, made.body]).toMatchObject([
      201,
      { minutes: 100, overflow: null, balance: 900, available: 900 },
    ]);
    const again = await post('elder', '/gifts', gift, key);
    expect([again.status, again.body.transferId]).toEqual([201, made.body.transferId]);
    expect(await left()).toBe(900);
    const line = (await hours.statement('elder', hours.of('elder'))).items[0];
    expect(line).toMatchObject({ id: made.body.transferId, words: '谢谢你', counterparty: { name: '刘洋' } });
    const where = await hours.as('elder').get(`/api/v1/transfers/${made.body.transferId}/provenance`);
    expect(where.body).toMatchObject({ transfer: { cause: 'gift', mine: 'debit' }, words: '谢谢你' });
  });

  it('is made for an elder by family and at the station, which keeps both names', async () => {
    expect((await post('family', '/gifts', { toPersonId: relative, minutes: 10 })).status).toBe(201);
    const made = await post('station', '/gifts', { personId: ids.elder, toPersonId: relative, minutes: 10 });
    expect([made.status, made.body.balance]).toEqual([201, 880]);
    const [act] = await hours.front.database.sql`
      select actor_role, on_behalf_of from audit where record_id = ${made.body.transferId} and action = 'ledger.gift'`;
    expect(act).toEqual({ actor_role: 'station', on_behalf_of: ids.elder });
  });

  it('is refused with what can be done: to strangers, of what is not there, of hours of others', async () => {
    const refusals = [
      ['elder', { toPersonId: ids.volunteer, minutes: 5 }, 403, 'not_related'],
      ['elder', { toPersonId: relative, minutes: 5000 }, 409, 'not_enough_hours'],
      ['elder', { toPersonId: relative, minutes: 0 }, 422, 'validation_failed'],
      ['elder', { toPersonId: relative, minutes: 5, words: '长'.repeat(101) }, 422, 'validation_failed'],
      ['volunteer', { personId: ids.elder, toPersonId: relative, minutes: 5 }, 404, 'not_found'],
      ['station', { toPersonId: relative, minutes: 5 }, 404, 'not_found'],
      ['station', { personId: ids.farElder, toPersonId: relative, minutes: 5 }, 404, 'not_found'],
      ['regulator', { toPersonId: relative, minutes: 5 }, 403, 'forbidden'],
      ['carer', { toPersonId: relative, minutes: 5 }, 403, 'forbidden'],
    ] as const;
    for (const [who, gift, status, code] of refusals) {
      const answer = await post(who, '/gifts', gift);
      expect([who, answer.status, answer.body.code], JSON.stringify(gift)).toEqual([who, status, code]);
    }
    const spouse = await post('elder', '/gifts', { toPersonId: ids.volunteer, minutes: 5 });
    expect(spouse.body).toMatchObject({ detail: expect.stringContaining('station verifies') });
    expect(await left()).toBe(880);
  });
});

describe('a donation through the API', () => {
  it('goes to the pool that the donor chose and has a certificate', async () => {
    const chosen = [
      [{}, DISTRICT],
      [{ toCity: true }, '3201'],
      [{ forKeyElders: true }, 'key-elders'],
    ] as const;
    for (const [to, poolCode] of chosen) {
      const made = await post('elder', '/donations', { minutes: 30, words: '给需要的人', ...to });
      expect([made.status, made.body]).toMatchObject([201, { minutes: 30, poolCode }]);
      const paper = await hours.as('elder').get(`/api/v1/transfers/${made.body.transferId}/certificate`);
      expect(paper.body).toMatchObject({
        number: made.body.certificate,
        minutes: 30,
        name: '王秀英',
        overflow: false,
      });
    }
    expect(await left()).toBe(790);
  });

  it("of a team's hours is made by its leader or its station, and by nobody else", async () => {
    const [team = ''] = await hours.front.act((tx, act) =>
      registerTeams(tx, act, [{ name: '梅园志愿队', leaderId: ids.volunteer, stationId: ids.station }]),
    );
    const { sql } = hours.front.database;
    const [account] = await sql`select id from accounts where owner_id = ${team} and kind = 'team'`;
    await hours.give({ debit: hours.of('fund'), credit: account?.id, amount: 100, cause: 'import' });
    const byLeader = await post('volunteer', '/donations', { teamId: team, minutes: 40 });
    expect([byLeader.status, byLeader.body]).toMatchObject([201, { poolCode: DISTRICT, balance: 60 }]);
    expect((await post('station', '/donations', { teamId: team, minutes: 40 })).status).toBe(201);
    expect((await post('elder', '/donations', { teamId: team, minutes: 1 })).body.code).toBe('not_found');
    expect((await post('volunteer', '/donations', { teamId: newId(), minutes: 1 })).body.code).toBe(
      'not_found',
    );
    expect((await post('volunteer', '/donations', { teamId: team, minutes: 40 })).body.code).toBe(
      'not_enough_hours',
    );
  });
});

describe('a freeze', () => {
  it('stops gifts, donations and bookings until the station ends it, with its reason on the record', async () => {
    const path = `/people/${ids.elder}/accounts`;
    expect((await post('station', `${path}/freeze`, {})).status).toBe(422);
    expect((await post('elder', `${path}/freeze`, { reason: '我要冻结' })).status).toBe(403);
    const frozen = await post('station', `${path}/freeze`, { reason: '家属来电报失' });
    expect([frozen.status, frozen.body]).toMatchObject([200, { personId: ids.elder, frozen: true }]);
    const gift = await post('elder', '/gifts', { toPersonId: relative, minutes: 5 });
    expect([gift.status, gift.body.code]).toEqual([409, 'account_frozen']);
    expect((await post('elder', '/donations', { minutes: 5 })).body.code).toBe('account_frozen');
    expect((await post('station', `${path}/freeze`, { reason: '家属再次来电' })).body.code).toBe(
      'already_done',
    );
    await hours.earn('elder', 5);
    const mine = await hours
      .as('elder')
      .get<{ items: { action: string; reason: string }[] }>('/api/v1/people/me/reads');
    expect(mine.body.items.find((one) => one.action === 'account.frozen')?.reason).toBe('家属来电报失');
    expect((await post('regulator', `${path}/thaw`, { reason: '已经核实' })).status).toBe(200);
    expect((await post('elder', '/donations', { minutes: 5 })).status).toBe(201);
    expect(
      (await post('station', `/people/${ids.farElder}/accounts/freeze`, { reason: '别的社区' })).status,
    ).toBe(404);
  });
});
