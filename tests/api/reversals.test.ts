import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openUsers } from '../../db/people/openUsers.ts';
import { hashPassword } from '../../db/people/password.ts';
import { ids, newKey, PASSWORD } from './support/city.ts';
import type { Client } from './support/front.ts';
import { type Hours, openHours } from './support/hours.ts';

interface Reversal {
  id: string;
  state: string;
  mine: boolean;
  owed: number;
  reversalId: string | null;
  code: string;
  transfer: { amount: number; credit: { name: string } };
}

let hours: Hours;
let other: Client;
beforeAll(async () => {
  hours = await openHours();
  const passwordHash = await hashPassword(PASSWORD);
  await hours.front.act((tx, act) =>
    openUsers(tx, act, [
      { username: 'regulator2', name: '监管二', role: 'regulator', areaCode: '3201', passwordHash },
    ]),
  );
  other = await hours.front.as('regulator2');
});
afterAll(() => hours.close());

const note = '登记到了别人名下';
const ask = (who: Client, transferId: string, key = newKey()) =>
  who.post<Reversal>('/api/v1/ledger/reversals', { transferId, reasonCode: 'wrong_person', note }, { key });
const decide = (who: Client, id: string, approve: boolean) =>
  who.post<Reversal>(`/api/v1/ledger/reversals/${id}/decide`, { approve });
const waiting = async (who: Client) =>
  (await who.get<{ items: Reversal[] }>('/api/v1/ledger/reversals?state=waiting')).body.items;

describe('corrections through the API', () => {
  it('are done at once by the station up to ten hours, and shown to both sides with their reason', async () => {
    const wrong = await hours.earn('volunteer', 600);
    const key = newKey();
    const done = await ask(hours.as('station'), wrong, key);
    expect([done.status, done.body]).toMatchObject([
      201,
      {
        state: 'done',
        mine: true,
        owed: 0,
        transfer: { amount: 600, credit: { kind: 'personal', name: '张*' } },
      },
    ]);
    expect((await ask(hours.as('station'), wrong, key)).body).toEqual(done.body);
    const again = await ask(hours.as('regulator'), wrong);
    expect([again.status, again.body.code]).toEqual([409, 'already_done']);
    const statement = await hours.statement('volunteer', hours.of('volunteer'));
    expect(statement.items.map((line) => [line.cause, line.amount, line.reversed])).toEqual([
      ['reversal', -600, false],
      ['import', 600, true],
    ]);
    const where = await hours.as('volunteer').get(`/api/v1/transfers/${done.body.reversalId}/provenance`);
    expect(where.body).toMatchObject({ reverses: { transferId: wrong, reasonCode: 'wrong_person', note } });
    const itself = await ask(hours.as('regulator'), done.body.reversalId ?? '');
    expect([itself.status, itself.body.code]).toEqual([409, 'not_reversible']);
  });

  it('above ten hours are decided by another regulator than who asked', async () => {
    const wrong = await hours.earn('volunteer', 601);
    const asked = await ask(hours.as('regulator'), wrong);
    expect([asked.status, asked.body.state]).toEqual([201, 'waiting']);
    const alone = await decide(hours.as('regulator'), asked.body.id, true);
    expect([alone.status, alone.body.code]).toEqual([409, 'needs_second_person']);
    expect((await decide(hours.as('station'), asked.body.id, true)).status).toBe(403);
    expect((await waiting(hours.as('regulator'))).map((one) => [one.id, one.mine])).toEqual([
      [asked.body.id, true],
    ]);
    expect((await waiting(other)).map((one) => [one.id, one.mine])).toEqual([[asked.body.id, false]]);
    const refused = await decide(other, asked.body.id, false);
    expect([refused.status, refused.body]).toMatchObject([200, { state: 'refused', reversalId: null }]);
    expect((await decide(other, asked.body.id, true)).body.code).toBe('already_done');
    const anew = await ask(other, wrong);
    expect((await decide(hours.as('regulator'), anew.body.id, true)).body).toMatchObject({ state: 'done' });
    expect(await waiting(other)).toEqual([]);
  });

  it('of hours that are spent leave a debt that the holder, the station and the regulator see', async () => {
    const wrong = await hours.earn('relative', 100);
    await hours.give({
      debit: hours.of('relative'),
      credit: hours.of('pool'),
      amount: 70,
      cause: 'donation',
    });
    const done = await ask(hours.as('station'), wrong);
    expect(done.body).toMatchObject({ state: 'done', owed: 70 });
    for (const reader of [hours.as('station'), other]) {
      const debts = await reader.get<{ items: object[] }>('/api/v1/ledger/receivables');
      expect(debts.body.items).toMatchObject([
        { ownerId: ids.otherVolunteer, ownerKind: 'person', name: '刘*', owed: 70, isClosed: false },
      ]);
      expect(debts.body.items).toMatchObject([
        {
          incurred: 70,
          recovered: 0,
          corrections: 1,
          origin: { transferId: wrong, reasonCode: 'wrong_person' },
        },
      ]);
      expect((await reader.get('/api/v1/ledger/receivables?state=repaid')).body.items).toEqual([]);
    }
    const mine = await hours.front.as('volunteer2');
    const accounts = await mine.get<{ items: { kind: string; balance: number }[] }>('/api/v1/accounts/me');
    expect(accounts.body.items.map((one) => [one.kind, one.balance])).toEqual([
      ['receivable', -70],
      ['personal', 0],
    ]);
  });

  it('are asked for by a station only for people of its area', async () => {
    const far = await hours.earn('far', 10);
    const refused = await ask(hours.as('station'), far);
    expect([refused.status, refused.body.code]).toEqual([404, 'not_found']);
    expect((await ask(hours.as('volunteer'), far)).status).toBe(403);
    expect((await ask(hours.as('regulator'), far)).status).toBe(201);
    const seen = await hours.as('station').get<{ items: Reversal[] }>('/api/v1/ledger/reversals?limit=2');
    expect(seen.body.items.length).toBe(2);
    const rest = await hours
      .as('station')
      .get<{ items: Reversal[] }>(
        `/api/v1/ledger/reversals?limit=200&cursor=${(seen.body as unknown as { nextCursor: string }).nextCursor}`,
      );
    const all = [...seen.body.items, ...rest.body.items];
    expect(new Set(all.map((one) => one.id)).size).toBe(4);
    expect(all.every((one) => one.transfer.credit.name !== '陈**')).toBe(true);
  });
});
