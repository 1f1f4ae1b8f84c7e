import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bookOrders } from '../../../db/orders/book.ts';
import { candidatesFor } from '../../../db/orders/candidates.ts';
import { cancelOrders } from '../../../db/orders/end.ts';
import type { OrderRow } from '../../../db/orders/transition.ts';
import { notesOf, writeNote } from '../../../db/respite/handover.ts';
import { confirmVisits } from '../../../db/visits/confirm.ts';
import { offers } from '../../../worker/tasks/offers.ts';
import { ids, later, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';
import { answer, arrive, leave } from '../../support/visits.ts';

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
  await city.sql`update elders set living = 'with_family', ability_level = 3`;
  await city.sql`update providers set services = services || '{home_respite}'`;
});
afterEach(() => city.close());

/** From eight in the evening to eight in the evening of the next day. */
const block = (minutes = 1440) =>
  ({ serviceCode: 'home_respite', startAt: later(city.at, 10 * 60), minutes, payer: 'self' }) as const;
const blocksUsed = async () => {
  const [row] = await city.sql<{ n: number }[]>`select coalesce(sum(blocks), 0)::int as n from respite_use`;
  return row?.n;
};

describe('a block of home respite (S6)', () => {
  it('of 24 hours across midnight is lived through by a carer who takes blocks, with rest before and after', async () => {
    const order = await city.book(block());
    const before = await candidatesFor(city.db, [order.id], city.at);
    expect(before.get(order.id)?.candidates).toEqual([]);
    expect(before.get(order.id)?.excluded).toEqual([{ rule: 'shift', count: 2 }]);
    await city.sql`update carers set takes_blocks = true where person_id = ${ids.carer}`;
    await city.work(offers);
    await answer(city, order.id);
    const [kept] = await city.sql<{ hours: number }[]>`
      select extract(epoch from upper(during) - lower(during))::int / 3600 as hours from commitments`;
    expect(kept?.hours).toBe(12 + 24 + 12);

    city.at = order.startAt;
    await arrive(city, order.id);
    city.wait(1440);
    await leave(city, order.id);
    expect(await city.sql`select verified_minutes from visits`).toMatchObject([{ verified_minutes: 1440 }]);
    await city.do('elder', (tx, by) => confirmVisits(tx, by, [{ orderId: order.id }]));
    expect((await city.order(order.id)).state).toBe('settled');
    expect(await blocksUsed()).toBe(1);
  });

  it('keeps its carer free of a visit within the rest, whatever races', async () => {
    await city.sql`update carers set takes_blocks = true where person_id = ${ids.carer}`;
    const order = await city.book(block());
    await city.work(offers);
    await answer(city, order.id);
    const next = await city.book({
      elderId: ids.li,
      serviceCode: 'cleaning',
      payer: 'self',
      startAt: later(city.at, 120),
    });
    const found = await candidatesFor(city.db, [next.id], city.at);
    expect(found.get(next.id)?.candidates.map((one) => one.personId)).toEqual([ids.otherCarer]);
    expect(found.get(next.id)?.excluded).toEqual([{ rule: 'busy', count: 1 }]);
  });

  it('counts against the household: the thirteenth of a year is refused, one cancelled in time comes back', async () => {
    const made: OrderRow[] = [];
    for (let i = 0; i < 12; i++)
      made.push(await city.book({ ...block(240), startAt: later(city.at, 600 + i * 10) }));
    const book = () =>
      city.try('elder', (tx, by) => bookOrders(tx, by, [{ ...block(240), elderId: ids.wang }]));
    expect(refusalOf(await book())).toMatchObject({
      code: 'over_quota',
      field: 'blocks',
      params: { left: 0 },
    });
    await city.do('elder', (tx, by) =>
      cancelOrders(tx, by, [{ orderId: made[3]?.id ?? '', reason: 'plans' }]),
    );
    expect((await book()).ok).toBe(true);
    city.wait(590);
    await city.do('elder', (tx, by) =>
      cancelOrders(tx, by, [{ orderId: made[0]?.id ?? '', reason: 'plans' }]),
    );
    expect(await blocksUsed()).toBe(12);
  });

  it('has handover notes that are sealed and stay as they were written', async () => {
    const order = await city.book(block(480));
    const of = { orderId: order.id, elderId: ids.wang, serviceCode: order.serviceCode };
    await city.do('carer', (tx, by) => writeNote(tx, by, of, { moment: 'arrival', text: '夜里需要翻身' }));
    expect(await notesOf(city.db, of)).toMatchObject([
      { moment: 'arrival', text: '夜里需要翻身', actorRole: 'carer' },
    ]);
    const next = await city.book({ ...block(480), startAt: later(city.at, 40 * 60) });
    expect(await notesOf(city.db, { orderId: next.id })).toEqual([]);
    expect(await notesOf(city.db, { orderId: next.id }, { withBefore: true })).toMatchObject([
      { text: '夜里需要翻身', isBefore: true },
    ]);
    const [row] = await city.sql<{ text_sealed: Buffer }[]>`select text_sealed from handover_notes`;
    expect(row?.text_sealed.toString('utf8')).not.toContain('翻身');
    await expect(city.sql`delete from handover_notes`).rejects.toThrow('append-only');
    const visit = { ...of, serviceCode: 'cleaning' };
    const refused = await city.try('carer', (tx, by) =>
      writeNote(tx, by, visit, { moment: 'during', text: '…' }),
    );
    expect(refusalOf(refused)?.code).toBe('not_offered');
  });
});
