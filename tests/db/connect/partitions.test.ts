import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensurePartitions } from '../../../db/connect/partitions.ts';
import { later, monday, type SmallCity, smallCity } from '../../support/smallCity.ts';

const DAY = 24 * 60;

let city: SmallCity;
beforeAll(async () => {
  city = await smallCity();
});
afterAll(() => city.close());

it('makes months while the books are being written, and nobody waits', async () => {
  const made = await city.db.transaction(async (writing) => {
    for (const book of ['visits', 'visit_evidence', 'order_history', 'events', 'audit'])
      await writing.execute(sql`lock table ${sql.identifier(book)} in row exclusive mode`);
    return ensurePartitions(city.db, later(monday, -900 * DAY), later(monday, -840 * DAY));
  });
  expect(made).toBeGreaterThanOrEqual(2 * 7);
});

it('makes a month once, and keeps it from being emptied', async () => {
  const from = later(monday, -900 * DAY);
  expect(await ensurePartitions(city.db, from, later(monday, -840 * DAY))).toBe(0);
  const unguarded = await city.db.execute<{ book: string }>(sql`
    select inhparent::regclass::text as book from pg_inherits
    where inhparent <> 'visits'::regclass and exists (select from pg_partitioned_table where partrelid = inhparent)
      and not exists (select from pg_trigger where tgrelid = inhrelid and tgtype & 32 <> 0)`);
  expect([...unguarded]).toEqual([]);
});
