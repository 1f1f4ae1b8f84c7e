import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { byKeys, compiled } from '../../../db/connect/compiled.ts';
import { persons } from '../../../db/people/schema.ts';
import { ids, type SmallCity, smallCity } from '../../support/smallCity.ts';

let city: SmallCity;
beforeAll(async () => {
  city = await smallCity();
});
afterAll(() => city.close());

it('gives the rows that the builder gives, as the transaction it is asked through sees them', async () => {
  const personOf = compiled((db) =>
    db
      .select()
      .from(persons)
      .where(eq(persons.id, sql.placeholder('id'))),
  );
  const before = await personOf(city.db, { id: ids.near });
  expect(before).toEqual(await city.db.select().from(persons).where(eq(persons.id, ids.near)));
  await city.db.transaction(async (tx) => {
    await tx.update(persons).set({ name: '改名' }).where(eq(persons.id, ids.near));
    expect((await personOf(tx, { id: ids.near }))[0]?.name).toBe('改名');
    expect(await personOf(city.db, { id: ids.near })).toEqual(before);
    expect(await personOf(tx, { id: ids.far })).toHaveLength(1);
  });
});

it('finds rows by one key, by several, and by none', async () => {
  const named = byKeys(persons.id, (db, within) =>
    db.select({ id: persons.id }).from(persons).where(within).orderBy(persons.id),
  );
  const found = async (...wanted: string[]) => (await named(city.db, wanted)).map(({ id }) => id);
  expect(await found(ids.near)).toEqual([ids.near]);
  expect(await found(ids.far, ids.near)).toEqual([ids.near, ids.far].sort());
  expect(await found()).toEqual([]);
});
