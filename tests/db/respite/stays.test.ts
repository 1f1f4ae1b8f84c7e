import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Act } from '../../../db/connect/act.ts';
import type { Tx } from '../../../db/connect/database.ts';
import { dayAfter, dayOf } from '../../../db/connect/days.ts';
import { giveUpBed, keepOut } from '../../../db/respite/beds.ts';
import { bookStay } from '../../../db/respite/book.ts';
import { arrive, cancelStay, leave, missStay } from '../../../db/respite/course.ts';
import { nightsByYear, nightsStayed } from '../../../db/respite/rules.ts';
import { lockStay, type StayRow } from '../../../db/respite/stay.ts';
import { ids, later, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';
import { booked, house, manyElders, NIGHT_FEN, nights, used, wish } from './support/house.ts';

const DAY = 1440;
let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
});
afterEach(() => city.close());

const act = (stay: StayRow, command: (tx: Tx, act: Act, stay: StayRow) => Promise<StayRow>) =>
  city.try('provider', async (tx, by) => command(tx, by, await lockStay(tx, stay.id)));

describe('a bed (S6)', () => {
  it('is never booked twice: fifty who book five beds at once get five stays', async () => {
    await house(city, 5);
    const elders = await manyElders(city, 50);
    const outcomes = await Promise.all(
      elders.map((elderId, i) =>
        city.try('elder', (tx, by) =>
          // Half of them want only a night of it.
          bookStay(tx, by, wish(city, { elderId, nights: i % 2 ? nights(city, 3, 4) : nights(city, 4, 1) })),
        ),
      ),
    );
    expect(outcomes.filter((one) => one.ok)).toHaveLength(5);
    const why = outcomes.flatMap((one) => refusalOf(one)?.code ?? []);
    expect(new Set(why)).toEqual(new Set(['no_bed_free']));
    expect(await city.sql`select bed_id from bed_uses group by 1 having count(*) > 1`).toHaveLength(0);
    expect(await city.sql`select from stays`).toHaveLength(5);
  });

  it('takes one guest after the other, for a night ends on the day on which the next begins', async () => {
    await house(city, 1);
    await booked(city, { nights: nights(city, 3, 2) });
    const [other = ''] = await manyElders(city, 1);
    await booked(city, { elderId: other, nights: nights(city, 5, 1) });
    const outcome = await city.try('elder', (tx, by) =>
      bookStay(tx, by, wish(city, { elderId: other, nights: nights(city, 4, 1) })),
    );
    expect(refusalOf(outcome)?.code).toBe('no_bed_free');
  });

  it('is given to nobody while it is out of service, and cannot be taken from a guest', async () => {
    const [bedId = ''] = await house(city, 1);
    const out = { providerId: ids.provider, bedId, nights: nights(city, 3, 3), reason: '消毒' };
    await city.do('provider', (tx, by) => keepOut(tx, by, out));
    const during = await city.try('elder', (tx, by) => bookStay(tx, by, wish(city)));
    expect(refusalOf(during)?.code).toBe('no_bed_free');
    await booked(city, { nights: nights(city, 6, 2) });
    const outAgain = await city.try('provider', (tx, by) =>
      keepOut(tx, by, { ...out, nights: nights(city, 7) }),
    );
    expect(refusalOf(outAgain)?.code).toBe('no_bed_free');
    const up = (ahead: number) =>
      city.try('provider', (tx, by) =>
        giveUpBed(tx, by, { providerId: ids.provider, bedId, from: dayAfter(dayOf(city.at), ahead) }),
      );
    expect(refusalOf(await up(7))?.code).toBe('no_bed_free');
    expect((await up(8)).ok).toBe(true);
    const after = await city.try('elder', (tx, by) =>
      bookStay(tx, by, wish(city, { nights: nights(city, 8) })),
    );
    expect(refusalOf(after)?.code).toBe('no_bed_free');
  });

  it('belongs to a stay in the database itself, and a stay changes only along its transitions', async () => {
    await house(city, 2);
    const stay = await booked(city);
    const loseBed = city.sql.begin(async (sql) => {
      await sql`delete from bed_uses`;
      await sql`update stays set version = 2`;
    });
    await expect(loseBed).rejects.toThrow('without the bed');
    await expect(city.sql`update stays set state = 'settled' where id = ${stay.id}`).rejects.toThrow(
      'cannot go',
    );
    const [other = ''] = await manyElders(city, 1);
    const second = await booked(city, { elderId: other });
    await expect(
      city.sql`update bed_uses set bed_id = ${stay.bedId} where id = ${second.id}`,
    ).rejects.toMatchObject({ constraint_name: 'bed_uses_no_overlap' });
    await house(city, 1, 'dementia');
    const twice = await city.try('elder', (tx, by) =>
      bookStay(tx, by, wish(city, { kind: 'dementia', nights: nights(city, 4, 1) })),
    );
    expect(refusalOf(twice)?.code).toBe('person_busy');
  });
});

describe('the quota of a household (S6)', () => {
  it('holds when a household books twice at once, whichever of its elders it is for', async () => {
    await house(city, 4);
    const [spouse = ''] = await manyElders(city, 1);
    await city.sql`update elders set household_id = ${ids.wang} where person_id = ${spouse}`;
    const asks = [ids.wang, spouse].map((elderId) => wish(city, { elderId, nights: nights(city, 3, 8) }));
    const outcomes = await Promise.all(
      asks.map((ask) => city.try('family', (tx, by) => bookStay(tx, by, ask))),
    );
    const refused = outcomes.map(refusalOf).filter((one) => one !== null);
    expect(refused).toMatchObject([{ code: 'over_quota', params: { left: 7 } }]);
    expect(Object.values(await used(city))).toEqual([8]);
  });

  it('counts each night in its own calendar year', () => {
    expect([...nightsByYear({ first: '2026-12-30', last: '2027-01-02' })]).toEqual([
      [2026, 2],
      [2027, 2],
    ]);
    expect(nightsStayed({ first: '2026-12-30', last: '2027-01-02' }, '2026-12-30').last).toBe('2026-12-30');
    expect(nightsStayed({ first: '2026-12-30', last: '2027-01-02' }, '2027-01-09').last).toBe('2027-01-02');
  });

  it('comes back when a stay is cancelled in time, and not on the day itself; the bed is free either way', async () => {
    await house(city, 1);
    const early = await booked(city);
    await act(early, (tx, by, stay) => cancelStay(tx, by, stay, 'plans'));
    expect(await used(city)).toEqual({});
    const late = await booked(city, { nights: nights(city, 1, 2) });
    city.wait(5 * 60);
    await act(late, (tx, by, stay) => cancelStay(tx, by, stay, 'plans'));
    expect(Object.values(await used(city))).toEqual([2]);
    expect(await city.sql`select from bed_uses`).toHaveLength(0);
  });

  it('is for those who care at home for somebody of level 2 or more', async () => {
    await house(city, 1);
    await city.sql`update elders set ability_level = 1 where person_id = ${ids.wang}`;
    const able = await city.try('elder', (tx, by) => bookStay(tx, by, wish(city)));
    expect(refusalOf(able)).toMatchObject({ code: 'not_entitled', field: 'abilityLevel' });
    await city.sql`update elders set ability_level = 2, living = 'alone' where person_id = ${ids.wang}`;
    const alone = await city.try('elder', (tx, by) => bookStay(tx, by, wish(city)));
    expect(refusalOf(alone)).toMatchObject({ code: 'not_entitled', field: 'household' });
  });
});

describe('a stay (S12)', () => {
  it('is paid once, for the nights that were slept; the rest of the subsidy, the quota and the bed are free again', async () => {
    await house(city, 1);
    const stay = await booked(city, { payer: 'subsidy', nights: nights(city, 3, 3) });
    const subsidy = NIGHT_FEN * 0.7;
    const before = await city.account(ids.wang, 'grant', 'fen');
    expect(before.held).toBe(3 * subsidy);
    const tooEarly = await act(stay, (tx, by, one) => arrive(tx, by, one));
    expect(refusalOf(tooEarly)?.code).toBe('too_early');
    city.at = later(city.at, 3 * DAY);
    await act(stay, (tx, by, one) => arrive(tx, by, one));
    city.at = later(city.at, 2 * DAY);
    const leaving = await Promise.all([1, 2, 3].map(() => act(stay, (tx, by, one) => leave(tx, by, one))));
    expect(leaving.filter((one) => one.ok)).toHaveLength(1);
    expect(await city.account(ids.wang, 'grant', 'fen')).toEqual({
      balance: before.balance - 2 * subsidy,
      held: 0,
    });
    expect(await city.account(ids.provider, 'provider', 'fen')).toMatchObject({ balance: 2 * subsidy });
    expect(Object.values(await used(city))).toEqual([2]);
    expect(await city.sql`select to_state from stay_history order by version`).toMatchObject(
      ['booked', 'arrived', 'left', 'settled'].map((to_state) => ({ to_state })),
    );
    const [other = ''] = await manyElders(city, 1);
    await booked(city, { elderId: other, nights: nights(city, 0, 1) });
    await expect(city.sql`delete from stay_history`).rejects.toThrow('append-only');
  });

  it('to which nobody comes releases the subsidy and the bed, but counts', async () => {
    await house(city, 1);
    const stay = await booked(city, { payer: 'subsidy', nights: nights(city, 1, 1) });
    city.at = later(city.at, 2 * DAY);
    await act(stay, (tx, by, one) => missStay(tx, by, one));
    expect(await city.account(ids.wang, 'grant', 'fen')).toMatchObject({ held: 0 });
    expect(await city.sql`select from bed_uses`).toHaveLength(0);
    expect(Object.values(await used(city))).toEqual([1]);
  });
});
