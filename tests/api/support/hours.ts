/** A test city whose people have hours: accounts by name, ways to fill them, and a visit from booking to payment. */
import { expect } from 'vitest';
import { writeAudit } from '../../../db/audit/audit.ts';
import { accountKey, cityCode, openAccounts, type Posting, post } from '../../../db/bank/post.ts';
import { newId } from '../../../db/connect/ids.ts';
import { candidatesFor } from '../../../db/orders/candidates.ts';
import { sendOffers } from '../../../db/orders/offer.ts';
import { DISTRICT, ids } from './city.ts';
import { type Client, type Front, openFront } from './front.ts';

export interface Line {
  id: string;
  at: string;
  amount: number;
  balanceAfter: number | null;
  cause: string;
  orderNumber: string | null;
  serviceCode: string | null;
  counterparty: { kind: string; name: string | null };
  words: string | null;
  reversed: boolean;
}

export interface Statement {
  account: { id: string; kind: string; ownerName: string };
  from: string;
  to: string;
  opening: number;
  closing: number;
  balanceNow: number;
  heldNow: number;
  totals: { cause: string; in: number; out: number; entries: number }[];
  items: Line[];
  nextCursor: string | null;
  previousCursor: string | null;
}

export const readers = [
  'elder',
  'elder2',
  'family',
  'volunteer',
  'station',
  'dispatcher',
  'regulator',
  'admin',
  'carer',
] as const;

type Given = Pick<Posting, 'debit' | 'credit' | 'amount' | 'cause'>;

export interface Hours {
  front: Front;
  as(name: string): Client;
  /** The account of fund, pool, elder, far, volunteer or relative; 刘洋 is a verified child of 王秀英. */
  of(name: string): string;
  /** Posts one transfer, with the giver's words; returns its id. */
  give(given: Given, words?: string): Promise<string>;
  earn(name: string, amount: number): Promise<string>;
  /** A visit of the volunteer to the elder from booking to payment; returns the order. */
  visit(minutes: number): Promise<{ id: string; number: string }>;
  statement(reader: string, accountId: string, query?: string): Promise<Statement>;
  close(): Promise<void>;
}

/** The present month in Asia/Shanghai. */
export const month = (): string => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7);

/** Opens the front door on a city whose accounts are open and empty, but for the month's grants. */
export async function openHours(): Promise<Hours> {
  const front = await openFront();
  const who = new Map<string, Client>();
  for (const name of readers) who.set(name, await front.as(name));
  const owners = {
    fund: { ownerId: cityCode, kind: 'issuance', currency: 'min' },
    pool: { ownerId: DISTRICT, kind: 'pool', currency: 'min' },
    elder: { ownerId: ids.elder, kind: 'personal', currency: 'min' },
    far: { ownerId: ids.farElder, kind: 'personal', currency: 'min' },
    volunteer: { ownerId: ids.volunteer, kind: 'personal', currency: 'min' },
    relative: { ownerId: ids.otherVolunteer, kind: 'personal', currency: 'min' },
  } as const;
  const opened = await front.act((tx, act) => openAccounts(tx, act, Object.values(owners)));
  await front.database.sql`
    insert into kinships (id, person_id, relative_id, relation, state, document, asked_by, asked_at, decided_by, decided_at)
    values (${newId()}, ${ids.elder}, ${ids.otherVolunteer}, 'child', 'verified', 'household_register', 'a', now(), 'b', now())`;
  let keys = 0;
  const hours: Hours = {
    front,
    as: (name) => who.get(name) as Client,
    of: (name) => opened.get(accountKey(owners[name as keyof typeof owners])) as string,
    give: (given, words) =>
      front.act(async (tx, act) => {
        const [id = ''] = await post(tx, act, [{ ...given, currency: 'min', key: `hours:${keys++}` }]);
        if (words) await writeAudit(tx, act, [{ action: 'ledger.words', recordId: id, reason: words }]);
        return id;
      }),
    earn: (name, amount) =>
      hours.give({ debit: hours.of('fund'), credit: hours.of(name), amount, cause: 'import' }),
    visit: (minutes) => visit(hours, minutes),
    async statement(reader, accountId, query = '') {
      const answer = await hours.as(reader).get<Statement>(`/api/v1/accounts/${accountId}/statement${query}`);
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return answer.body;
    },
    close: () => front.close(),
  };
  return hours;
}

async function visit({ front, as }: Hours, minutes: number): Promise<{ id: string; number: string }> {
  const at = (ahead: number) => new Date(Date.now() + ahead * 60_000).toISOString();
  const order = await as('elder').post<{ id: string; number: string }>('/api/v1/orders', {
    elderId: ids.elder,
    serviceCode: 'companionship',
    startAt: at(30),
    minutes,
    payer: 'time_bank',
    despiteConflicts: true,
  });
  expect(order.status, JSON.stringify(order.body)).toBe(201);
  await front.act(async (tx, act) => {
    const found = (await candidatesFor(tx, [order.body.id], act.at)).get(order.body.id)?.candidates ?? [];
    const best = found.find((one) => one.personId === ids.volunteer);
    if (!best) throw new Error('the volunteer cannot');
    const { name: _, ...draft } = best;
    await sendOffers(tx, act, [{ ...draft, orderId: order.body.id, wave: 1 }]);
  });
  const offers = await as('volunteer').get<{ items: { id: string; orderId: string }[] }>(
    '/api/v1/offers?state=open',
  );
  const offer = offers.body.items.find((one) => one.orderId === order.body.id);
  await as('volunteer').post(`/api/v1/offers/${offer?.id}/accept`);
  const [row] = await front.database.sql`select visit_id from orders where id = ${order.body.id}`;
  const check = { method: 'gps', lat: 32.05, lon: 118.8, accuracyM: 12 };
  const route = `/api/v1/visits/${row?.visit_id}`;
  expect((await as('volunteer').post(`${route}/check-in`, { ...check, deviceAt: at(-minutes) })).status).toBe(
    200,
  );
  expect((await as('volunteer').post(`${route}/check-out`, { ...check, deviceAt: at(0) })).status).toBe(200);
  expect((await as('elder').post(`/api/v1/orders/${order.body.id}/confirm`)).status).toBe(200);
  return order.body;
}
