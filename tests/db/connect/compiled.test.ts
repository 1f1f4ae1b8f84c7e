import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compiled } from '../../../db/connect/compiled.ts';
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
