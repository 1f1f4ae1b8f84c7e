import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityCheck } from '../../../db/people/identity.ts';
import { changeProfile, type ProfileChange, readProfile } from '../../../db/people/profile.ts';
import { registerElders, registerPersons } from '../../../db/people/register.ts';
import { ageOn, bornUntil, isKeyElder } from '../../../db/people/rules.ts';
import { keyElders } from '../../../worker/tasks/keyElders.ts';
import { stationReach } from '../../support/family.ts';
import { DOOR_CODE, HOME, ids, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';

let city: SmallCity;
beforeAll(async () => {
  city = await smallCity();
});
afterAll(() => city.close());

const change = (what: Partial<ProfileChange>, personId: string = ids.li) =>
  city.try('station', (tx, act) =>
    changeProfile(tx, act, stationReach, { personId, reason: '上门核实', ...what }),
  );
const read = (personId: string) =>
  city.do('station', (tx, act) => readProfile(tx, act, stationReach, personId));

describe('the profile of an elder', () => {
  it('decides who is a key elder: a month is granted at once, and old and new are on record', async () => {
    expect(await city.account(ids.li, 'grant')).toEqual({ balance: 0, held: 0 });
    expect(await change({ abilityLevel: 2, subsidyClass: 'minimum_income' })).toMatchObject({
      ok: true,
      value: { keyElder: false, keyElderBy: null },
    });
    expect(await city.account(ids.li, 'grant', 'fen')).toMatchObject({ balance: 40_000 });
    expect(await change({ living: 'alone' })).toMatchObject({
      ok: true,
      value: { keyElder: true, keyElderBy: 'poor_and_disabled' },
    });
    expect(await city.account(ids.li, 'grant')).toEqual({ balance: 600, held: 0 });
    const trail = await city.sql`
      select action, reason, detail from audit where person_id = ${ids.li} and action like 'elder.%'`;
    expect(trail).toHaveLength(3);
    for (const row of [
      {
        action: 'elder.profile_changed',
        reason: '上门核实',
        detail: {
          'abilityLevel.old': 0,
          'abilityLevel.new': 2,
          'subsidyClass.old': 'none',
          'subsidyClass.new': 'minimum_income',
        },
      },
      {
        action: 'elder.profile_changed',
        reason: '上门核实',
        detail: { 'living.old': 'with_family', 'living.new': 'alone' },
      },
      { action: 'elder.key_elder', reason: '上门核实', detail: null },
    ])
      expect(trail).toContainEqual(row);
  });

  it('ends being a key elder with its ground, and grants nothing twice in a month', async () => {
    expect(await change({ abilityLevel: 1 })).toMatchObject({ ok: true, value: { keyElder: false } });
    expect(await change({ abilityLevel: 3, subsidyClass: 'special_hardship' })).toMatchObject({
      ok: true,
      value: { keyElder: true },
    });
    expect(await city.account(ids.li, 'grant')).toEqual({ balance: 600, held: 0 });
    expect(await city.account(ids.li, 'grant', 'fen')).toMatchObject({ balance: 40_000 });
  });

  it('is changed with a reason, by a desk of the area, and never over what somebody else has changed', async () => {
    expect(refusalOf(await change({ living: 'empty_nest', reason: ' 改 ' }))).toMatchObject({
      code: 'reason_needed',
    });
    const outcome = await city.try('station', (tx, act) =>
      changeProfile(tx, act, { kind: 'area', areaCode: '320104' }, { personId: ids.li, reason: '上门核实' }),
    );
    expect(refusalOf(outcome)).toMatchObject({ code: 'not_found' });
    const seen = (await read(ids.li)).version;
    expect(refusalOf(await change({ living: 'empty_nest', seen }))).toBeNull();
    expect(refusalOf(await change({ living: 'alone', seen }))).toMatchObject({ code: 'stale' });
    expect((await read(ids.li)).version).not.toBe(seen);
  });

  it('takes a date of birth that is one, and the one of the identity number where that is known', async () => {
    for (const birthDate of ['2026-02-30', '1850-01-01', '2090-01-01'])
      expect(refusalOf(await change({ birthDate }))).toMatchObject({ code: 'invalid', field: 'birthDate' });
    const known = '01900000-0000-7000-8000-000000000081';
    await enter(known, '1950-06-15', `32010219500615001${identityCheck('32010219500615001')}`);
    expect(refusalOf(await change({ birthDate: '1940-06-15' }, known))).toMatchObject({ code: 'invalid' });
    expect(await change({ birthDate: '1940-07-01', living: 'alone' })).toMatchObject({
      ok: true,
      value: { keyElder: true, keyElderBy: 'age_80' },
    });
  });
});

async function enter(id: string, birthDate: string, identityNumber: string | null = null): Promise<void> {
  await city.do('station', async (tx, act) => {
    const person = { id, name: '何长青', gender: 'male', birthDate, phone: null, address: null } as const;
    await registerPersons(tx, act, [{ ...person, identityNumber, position: HOME, areaCode: '320102001001' }]);
    const profile = { abilityLevel: 1, living: 'alone', subsidyClass: 'none' } as const;
    await registerElders(tx, act, [
      { personId: id, birthDate, ...profile, carerGender: null, hazards: null, doorCode: DOOR_CODE },
    ]);
  });
}

describe('a birthday', () => {
  it('makes a key elder on the day, once, with the first month', async () => {
    const id = '01900000-0000-7000-8000-000000000082';
    const today = new Date(city.at.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
    const tomorrow = new Date(city.at.getTime() + 32 * 3_600_000).toISOString().slice(5, 10);
    await enter(id, `${Number(today.slice(0, 4)) - 80}-${tomorrow}`);
    expect(await city.work(keyElders)).toBe(0);
    city.wait(24 * 60);
    expect(await city.work(keyElders)).toBe(1);
    expect(await city.work(keyElders)).toBe(0);
    expect(await city.account(id, 'grant')).toMatchObject({ balance: 600 });
    expect(await read(id)).toMatchObject({ age: 80, keyElder: true, keyElderBy: 'age_80' });
  });

  it('is what the rule for one and the query for all agree on, in either direction', async () => {
    await city.sql`update elders set key_elder = not key_elder`;
    const [all] = await city.sql`select count(*)::int as n from elders`;
    expect(await city.work(keyElders)).toBe(all!.n);
    const rows = await city.sql`
      select e.person_id, e.living, e.subsidy_class, e.ability_level, e.key_elder, p.birth_date::text as birth_date
      from elders e join persons p on p.id = e.person_id`;
    for (const row of rows)
      expect(row.key_elder, row.person_id).toBe(
        isKeyElder(
          {
            living: row.living,
            subsidyClass: row.subsidy_class,
            abilityLevel: row.ability_level,
            birthDate: row.birth_date,
          },
          city.at,
        ),
      );
  });

  it('of the 29th of February comes on the 1st of March of other years', () => {
    const day = fc
      .date({ min: new Date('1896-01-01'), max: new Date('2100-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(day, day, fc.constantFrom(60, 80), (birthDate, today, age) => {
        const at = new Date(`${today}T04:00:00Z`);
        expect(birthDate <= bornUntil(age, at)).toBe(ageOn(birthDate, at) >= age);
      }),
      {
        examples: [
          ['2020-02-29', '2100-02-28', 80],
          ['2020-02-29', '2100-03-01', 80],
        ],
        numRuns: 2000,
      },
    );
  });
});
