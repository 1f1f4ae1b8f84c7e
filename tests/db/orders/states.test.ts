import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderStates, orderTransitions } from '../../../db/orders/rules.ts';
import { type SmallCity, smallCity } from '../../support/smallCity.ts';

let city: SmallCity;
beforeAll(async () => {
  city = await smallCity();
});
afterAll(() => city.close());

/** The SQLSTATE with which plain SQL is refused; null when it is not. */
async function refused(statement: string): Promise<string | null> {
  try {
    await city.sql.unsafe(statement);
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('the states of an order (S3)', () => {
  it('follow the same table in the code and in the database', async () => {
    for (const from of orderStates) {
      const rows = await city.sql<{ to: string; may: boolean }[]>`
        select s as to, order_may_become(${from}, s) as may from unnest(${[...orderStates]}::text[]) as s`;
      expect(
        rows.filter((row) => row.may).map((row) => row.to),
        from,
      ).toEqual(orderStates.filter((to) => orderTransitions[from].includes(to)));
    }
  });

  it('never change along any other way, not even by plain SQL', async () => {
    const order = await city.book();
    for (const to of ['accepted', 'started', 'finished', 'settled', 'disputed'])
      expect(await refused(`update orders set state = '${to}' where id = '${order.id}'`), to).toBe('HZ003');
    expect(await refused(`update orders set state = 'cancelled' where id = '${order.id}'`)).toBeNull();
    for (const to of orderStates.filter((state) => state !== 'cancelled'))
      expect(await refused(`update orders set state = '${to}' where id = '${order.id}'`), to).toBe('HZ003');
  });

  it('begin with requested', async () => {
    const order = await city.book();
    const copy = `insert into orders select (o).* from (
      select jsonb_populate_record(o, '{"id": "01900000-0000-7000-8000-00000000abcd", "number": 999999, "state": "settled"}') as o
      from orders o where id = '${order.id}') as copied`;
    expect(await refused(copy)).toBe('HZ003');
    expect(await refused(copy.replace('"settled"', '"requested"'))).toBeNull();
  });

  it('are told by a history that nobody can change', async () => {
    const order = await city.book();
    expect(await city.history(order.id)).toEqual(['requested']);
    const mine = `order_id = '${order.id}'`;
    expect(await refused(`update order_history set to_state = 'settled' where ${mine}`)).toBe('HZ002');
    expect(await refused(`delete from order_history where ${mine}`)).toBe('HZ002');
  });
});

describe('the append-only books', () => {
  it.each([
    ['audit', 'action'],
    ['policies', 'kind'],
    ['services', 'zh'],
    ['transfers', 'at'],
    ['transfer_keys', 'key'],
  ])('%s keep every row as it was written', async (book, column) => {
    const [row] = await city.sql`select count(*)::int as n from ${city.sql(book)}`;
    expect(row?.n).toBeGreaterThan(0);
    expect(await refused(`update ${book} set ${column} = ${column}`)).toBe('HZ002');
    expect(await refused(`delete from ${book}`)).toBe('HZ002');
  });

  it('cannot be emptied at once either', async () => {
    for (const book of [
      'audit',
      'transfers',
      'settlements',
      'transfer_keys',
      'order_history',
      'visit_evidence',
      'events',
      'ratings',
    ])
      expect(await refused(`truncate ${book} cascade`), book).toBe('HZ002');
  });
});
