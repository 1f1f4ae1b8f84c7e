import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closePerson } from '../../../db/people/closePerson.ts';
import { isLineal, kinOf } from '../../../db/people/kinOf.ts';
import { askKinship, decideKinship, endKinship } from '../../../db/people/kinships.ts';
import { listKinships, readKinship } from '../../../db/people/kinshipViews.ts';
import { agesFit, type KinRelation } from '../../../db/people/rules.ts';
import { family, ownReach, settleFamily, stationReach, verifyKin } from '../../support/family.ts';
import { actOf, ids, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';

const { grandmother, father, mother, daughter } = family;
const elsewhere = { kind: 'area', areaCode: '320104' } as const;

let city: SmallCity;
beforeAll(async () => {
  city = await smallCity();
  await settleFamily(city);
});
afterAll(() => city.close());

const ask = (
  whose: { id: string },
  relation: KinRelation,
  who: { name: string; phone: string },
  role: 'volunteer' | 'station' = 'volunteer',
) =>
  city.try(role, (tx, act) =>
    askKinship(tx, act, role === 'station' ? stationReach : ownReach(whose.id), {
      personId: whose.id,
      relative: { name: who.name, phone: who.phone },
      relation,
      document: 'household_register',
    }),
  );
const decide = (
  id: string,
  decision: 'verify' | 'refuse',
  role: 'volunteer' | 'station' | 'regulator' = 'station',
  reason?: string,
  reach: typeof stationReach = stationReach,
) => city.try(role, (tx, act) => decideKinship(tx, act, reach, { id, decision, reason }));
const end = (id: string, reason: string) =>
  city.try('volunteer', (tx, act) => endKinship(tx, act, ownReach(daughter.id), { id, reason }));

async function asked(...about: Parameters<typeof ask>): Promise<string> {
  const outcome = await ask(...about);
  if (!outcome.ok) throw new Error(outcome.refusal.code);
  return outcome.value.id;
}

describe('a relation', () => {
  it('is asked for by one of the two, verified by a station, and known to both, each from their own side', async () => {
    const id = await asked(daughter, 'parent', mother);
    expect(await kinOf(city.db, daughter.id, city.at)).toEqual([]);
    const decided = await decide(id, 'verify');
    expect(decided).toMatchObject({ ok: true, value: { state: 'verified', decidedAt: city.at } });
    expect(await kinOf(city.db, daughter.id, city.at)).toMatchObject([
      { kinshipId: id, personId: mother.id, name: mother.name, relation: 'parent', isLineal: true },
    ]);
    expect(await kinOf(city.db, mother.id, city.at)).toMatchObject([
      { kinshipId: id, personId: daughter.id, name: daughter.name, relation: 'child', isLineal: true },
    ]);
    expect(await city.db.transaction((tx) => isLineal(tx, mother.id, daughter.id))).toBe(true);
    expect(await city.db.transaction((tx) => isLineal(tx, father.id, daughter.id))).toBe(false);
    const trail = await city.sql`
      select action, person_id from audit where record_id = ${id} order by at, id`;
    expect(trail.map((row) => `${row.action} ${row.person_id}`).sort()).toEqual(
      ['kinship.asked', 'kinship.verified']
        .flatMap((action) => [mother.id, daughter.id].map((personId) => `${action} ${personId}`))
        .sort(),
    );
  });

  it('to a spouse is not lineal', async () => {
    await verifyKin(city, father, 'spouse', mother);
    expect(await kinOf(city.db, mother.id, city.at)).toMatchObject([
      { relation: 'spouse', isLineal: false },
      { relation: 'child', isLineal: true },
    ]);
    expect(await city.db.transaction((tx) => isLineal(tx, mother.id, father.id))).toBe(false);
  });

  it('is never decided on by whoever asked, nor by the two persons, nor far from where they live', async () => {
    const id = await asked(daughter, 'grandparent', grandmother, 'station');
    expect(refusalOf(await decide(id, 'verify', 'station'))).toMatchObject({ code: 'own_request' });
    expect(refusalOf(await decide(id, 'verify', 'regulator', undefined, elsewhere))).toMatchObject({
      code: 'not_found',
    });
    await expect(
      city.sql`update kinships set state = 'verified', decided_by = asked_by where id = ${id}`,
    ).rejects.toMatchObject({ constraint_name: 'kinships_second_person' });
    await expect(city.sql`update kinships set state = 'verified' where id = ${id}`).rejects.toMatchObject({
      constraint_name: 'kinships_decided',
    });
    const atTheDesk = '01900000-0000-7000-8000-000000000099';
    await city.sql`
      insert into users (id, name, username, email, role, person_id, created_at, updated_at)
      values (${atTheDesk}, '周桂英', 'at.the.desk', 'at.the.desk@sign-in.invalid', 'station', ${grandmother.id}, now(), now())`;
    const herself = city.db.transaction((tx) =>
      decideKinship(tx, actOf('station', city.at, atTheDesk), stationReach, { id, decision: 'verify' }),
    );
    await expect(herself).rejects.toMatchObject({ refusal: { code: 'own_request' } });
    expect(await decide(id, 'verify', 'regulator')).toMatchObject({ ok: true });
    expect(refusalOf(await decide(id, 'refuse', 'regulator', '文件不符'))).toMatchObject({
      code: 'already_done',
    });
  });

  it('tells nobody more than they know: name and number must both be right', async () => {
    const nobody = { code: 'nobody_found', field: 'relative' };
    expect(refusalOf(await ask(daughter, 'parent', { ...father, name: '林建军' }))).toMatchObject(nobody);
    expect(refusalOf(await ask(daughter, 'parent', { ...father, phone: '13911112222' }))).toMatchObject(
      nobody,
    );
    const outcome = await city.try('volunteer', (tx, act) =>
      askKinship(tx, act, ownReach(daughter.id), {
        personId: daughter.id,
        relative: { name: father.name, identityNumber: '320102196005040018' },
        relation: 'parent',
        document: 'police',
      }),
    );
    expect(refusalOf(outcome)).toMatchObject(nobody);
    expect(refusalOf(await ask(daughter, 'child', daughter))).toMatchObject({ code: 'invalid' });
  });

  it('is asked for by oneself or a desk of the area, for nobody else', async () => {
    const outcome = await city.try('volunteer', (tx, act) =>
      askKinship(tx, act, ownReach(daughter.id), {
        personId: father.id,
        relative: { name: daughter.name, phone: daughter.phone },
        relation: 'child',
        document: 'notary',
      }),
    );
    expect(refusalOf(outcome)).toMatchObject({ code: 'not_found', field: 'personId' });
  });

  it('must fit the ages of the two', async () => {
    expect(refusalOf(await ask(daughter, 'child', father))).toMatchObject({ code: 'ages_do_not_fit' });
    expect(refusalOf(await ask(father, 'grandparent', grandmother))).toMatchObject({
      code: 'ages_do_not_fit',
    });
    const at = city.at;
    expect(agesFit('parent', '1990-01-20', '1976-01-20', at)).toBe(true);
    expect(agesFit('parent', '1990-01-20', '1976-01-21', at)).toBe(false);
    expect(agesFit('child', '1976-01-20', '1990-01-20', at)).toBe(true);
    expect(agesFit('grandparent', '1990-01-20', '1962-01-20', at)).toBe(true);
    expect(agesFit('grandchild', '1962-01-21', '1990-01-20', at)).toBe(false);
    expect(agesFit('spouse', '1990-01-20', `${at.getUTCFullYear() - 19}-01-01`, at)).toBe(false);
    expect(agesFit('spouse', '1950-01-20', '1990-01-20', at)).toBe(true);
  });

  it('is asked for once a pair, whichever of the two asks', async () => {
    const id = await asked(father, 'child', daughter);
    expect(refusalOf(await ask(daughter, 'parent', father))).toMatchObject({ code: 'already_done' });
    expect(refusalOf(await decide(id, 'refuse'))).toMatchObject({ code: 'reason_needed' });
    expect(await decide(id, 'refuse', 'station', '户口本上没有')).toMatchObject({
      ok: true,
      value: { state: 'refused', reason: '户口本上没有' },
    });
    expect(await ask(daughter, 'parent', father)).toMatchObject({ ok: true });
  });

  it('ends with a reason, which only the two and their desks can give, and counts no more', async () => {
    const [known] = await kinOf(city.db, daughter.id, city.at);
    const stranger = await city.try('volunteer', (tx, act) =>
      endKinship(tx, act, ownReach(ids.near), { id: known!.kinshipId, reason: '登记有误' }),
    );
    expect(refusalOf(stranger)).toMatchObject({ code: 'not_found' });
    const outcome = await end(known!.kinshipId, '登记有误');
    expect(outcome).toMatchObject({
      ok: true,
      value: { state: 'ended', endedAt: city.at, reason: '登记有误' },
    });
    expect((await kinOf(city.db, daughter.id, city.at)).map((kin) => kin.kinshipId)).not.toContain(
      known!.kinshipId,
    );
    expect(refusalOf(await end(known!.kinshipId, '登记有误'))).toMatchObject({ code: 'already_done' });
  });

  it('waits at the stations of both areas, masked, and is read in full only with a record of it', async () => {
    const waiting = await listKinships(city.db, stationReach, { state: 'asked' }, 10, null);
    expect(waiting).toMatchObject([
      { person: { name: '林*' }, relative: { name: '林**' }, relation: 'parent', state: 'asked' },
    ]);
    expect(await listKinships(city.db, elsewhere, { state: 'asked' }, 10, null)).toEqual([]);
    const mine = await listKinships(city.db, ownReach(father.id), { personId: father.id }, 10, null);
    expect(mine.map((one) => `${one.person.name} ${one.relation} ${one.state}`).sort()).toEqual([
      '林建国 child asked',
      '林建国 child refused',
      '林建国 spouse verified',
    ]);
    const id = waiting[0]!.id;
    const full = await city.do('station', (tx, act) => readKinship(tx, act, stationReach, id));
    expect([full.person, full.relative]).toMatchObject([
      { name: '林晓', birthDate: '1990-01-20' },
      { name: '林建国', birthDate: '1960-05-04' },
    ]);
    const reads = await city.sql`
      select person_id from audit where record_id = ${id} and action = 'kinship.read'`;
    expect(reads.map((row) => row.person_id).sort()).toEqual([father.id, daughter.id].sort());
  });

  it('is not verified with somebody who has died', async () => {
    const [waiting] = await listKinships(city.db, stationReach, { state: 'asked' }, 10, null);
    await city.do('station', (tx, act) => closePerson(tx, act, father.id));
    expect(refusalOf(await decide(waiting!.id, 'verify'))).toMatchObject({ code: 'account_closed' });
    expect((await kinOf(city.db, mother.id, city.at)).map((kin) => kin.relation)).toEqual(['child']);
    expect(refusalOf(await ask(mother, 'spouse', father))).toMatchObject({ code: 'nobody_found' });
  });
});
