import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { perform } from '../../../db/connect/act.ts';
import { askEdit, decideEdit, type NewEdit } from '../../../db/visits/edits.ts';
import { recordOf } from '../../../db/visits/record.ts';
import { askUnlock, decideUnlock } from '../../../db/visits/unlocks.ts';
import { settlement } from '../../../worker/tasks/settlement.ts';
import { actOf, ids, later, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';
import { acceptedOrder, arrive, leave } from '../../support/visits.ts';

let city: SmallCity;
beforeEach(async () => {
  city = await smallCity();
  await city.bank(ids.wang, 600);
});
afterEach(() => city.close());

const edit = (visitId: string, more: Partial<NewEdit>): NewEdit => ({
  visitId,
  reasonCode: 'no_call_out_209',
  actionCode: 'confirmed_family_12',
  note: '家属确认离开时间',
  personId: null,
  ...more,
});
const ask = (by: string, given: NewEdit) =>
  perform(city.db, actOf('dispatcher', city.at, by), (tx, act) => askEdit(tx, act, given));
const decide = (by: string, editId: string, approve = true) =>
  perform(city.db, actOf('dispatcher', city.at, by), (tx, act) =>
    decideEdit(tx, act, { editId, approve, personId: null }),
  );

/** The day in Nanjing of an instant. */
const dayText = (at: Date) =>
  later(at, 8 * 60)
    .toISOString()
    .slice(0, 10);

const visitOf = async (orderId: string) => {
  const [row] = await city.sql<
    { id: string; state: string; minutes: number; edits: number; trust: number; in: Date; out: Date | null }[]
  >`select id, state, verified_minutes as minutes, manual_edits as edits, trust, check_in_at as in, check_out_at as out
    from visits where order_id = ${orderId}`;
  return row as NonNullable<typeof row>;
};

describe('correcting the times of a visit (S8)', () => {
  it('is done at once when it is small, leaves the evidence as it came, and is counted', async () => {
    const order = await acceptedOrder(city);
    await arrive(city, order.id);
    city.wait(40);
    await leave(city, order.id);
    const before = await city.sql`select md5(e::text) as digest from visit_evidence e order by id`;
    const visit = await visitOf(order.id);
    const done = await ask('a', edit(visit.id, { checkOutAt: later(visit.in, 30) }));
    expect(done).toMatchObject({ ok: true, value: { state: 'applied', differenceMinutes: 10 } });
    expect(await visitOf(order.id)).toMatchObject({ state: 'finished', minutes: 30, edits: 1, trust: 1 });
    expect(await city.sql`select md5(e::text) as digest from visit_evidence e order by id`).toEqual(before);
  });

  it('waits for a second person when it moves a time by more than half an hour', async () => {
    const order = await acceptedOrder(city);
    await arrive(city, order.id);
    const visit = await visitOf(order.id);
    city.wait(180);
    const asked = await ask('a', edit(visit.id, { checkOutAt: later(visit.in, 140) }));
    const editId = asked.ok ? asked.value.id : '';
    expect(asked).toMatchObject({ ok: true, value: { state: 'asked', needsSecond: true } });
    expect((await visitOf(order.id)).out).toBeNull();
    expect(refusalOf(await ask('b', edit(visit.id, { checkOutAt: city.at })))?.code).toBe('already_done');
    expect(refusalOf(await decide('a', editId))?.code).toBe('needs_second_person');
    await expect(
      city.sql`update visit_edits set state = 'applied', decided_by = 'a' where id = ${editId}`,
    ).rejects.toMatchObject({ constraint_name: 'visit_edits_second_person' });
    const decided = await Promise.all([decide('b', editId), decide('c', editId)]);
    expect(decided.map((one) => refusalOf(one)?.code ?? 'done').sort()).toEqual(['already_done', 'done']);
    expect(await visitOf(order.id)).toMatchObject({ state: 'finished', minutes: 60, edits: 1 });
    expect((await city.order(order.id)).state).toBe('finished');
  });

  it('puts off the settlement while it waits, and asks the elder anew when it is made', async () => {
    const order = await acceptedOrder(city);
    await arrive(city, order.id);
    city.wait(40);
    await leave(city, order.id);
    const visit = await visitOf(order.id);
    city.wait(47 * 60);
    const asked = await ask('a', edit(visit.id, { checkInAt: later(visit.in, -60) }));
    city.wait(120);
    expect(await city.work(settlement)).toBe(0);
    await decide('b', asked.ok ? asked.value.id : '');
    expect((await city.order(order.id)).dueAt).toEqual(later(city.at, 48 * 60));
    expect(await visitOf(order.id)).toMatchObject({ minutes: 60, edits: 1 });
    city.wait(48 * 60);
    expect(await city.work(settlement)).toBe(1);
    expect(refusalOf(await ask('a', edit(visit.id, { checkOutAt: later(visit.in, 35) })))?.code).toBe(
      'wrong_state',
    );
  });

  it('never changes afterwards, whoever tries', async () => {
    const order = await acceptedOrder(city);
    await arrive(city, order.id);
    city.wait(40);
    const visit = await visitOf(order.id);
    await ask('a', edit(visit.id, { checkInAt: later(visit.in, 5) }));
    for (const change of [
      city.sql`update visit_edits set note_sealed = 'x'`,
      city.sql`update visit_edits set state = 'refused'`,
      city.sql`delete from visit_edits`,
    ])
      await expect(change).rejects.toMatchObject({ code: 'HZ002' });
  });

  it('mends a visit of which neither coming nor going was recorded', async () => {
    const order = await acceptedOrder(city);
    city.wait(20);
    const { id } = await visitOf(order.id);
    const times = { checkInAt: later(city.at, -20), checkOutAt: later(city.at, -1) };
    const asked = await ask('a', edit(id, { ...times, reasonCode: 'no_call_both_210' }));
    await decide('b', asked.ok ? asked.value.id : '');
    expect(await city.history(order.id)).toEqual(['requested', 'offered', 'accepted', 'started', 'finished']);
    expect((await visitOf(order.id)).minutes).toBe(19);
  });

  it('is refused for an own visit, after a week, once it is paid, and where it makes no sense', async () => {
    const order = await acceptedOrder(city);
    await arrive(city, order.id);
    const visit = await visitOf(order.id);
    city.wait(30);
    const out = later(city.at, -1);
    expect(refusalOf(await ask('a', edit(visit.id, { checkOutAt: out, personId: ids.near })))?.code).toBe(
      'own_request',
    );
    expect(refusalOf(await ask('a', edit(visit.id, { checkOutAt: later(city.at, 5) })))).toMatchObject({
      code: 'invalid',
      field: 'checkOutAt',
    });
    expect(refusalOf(await ask('a', edit(visit.id, {})))?.code).toBe('invalid');
    city.wait(8 * 1440);
    expect(refusalOf(await ask('a', edit(visit.id, { checkOutAt: out })))).toMatchObject({
      code: 'times_locked',
      params: { days: 7, date: dayText(later(order.startAt, 7 * 1440)) },
    });
    expect((await visitOf(order.id)).edits).toBe(0);
  });

  it('is opened again for two days by a second person, once it is locked, and then locked again', async () => {
    const order = await acceptedOrder(city);
    await arrive(city, order.id);
    const { id, in: begun } = await visitOf(order.id);
    const askOpen = (by: string, personId: string | null = null) =>
      perform(city.db, actOf('provider', city.at, by), (tx, act) =>
        askUnlock(tx, act, { visitId: id, reasonCode: 'no_call_out_209', note: '月底对账发现', personId }),
      );
    const grant = (by: string, unlockId: string) =>
      perform(city.db, actOf('provider', city.at, by), (tx, act) =>
        decideUnlock(tx, act, { unlockId, grant: true, personId: null }),
      );
    expect(refusalOf(await askOpen('a'))?.code, 'nothing is locked yet').toBe('already_done');
    city.wait(8 * 1440);
    expect(refusalOf(await askOpen('a', ids.near))?.code).toBe('own_request');
    const first = await askOpen('a');
    expect(refusalOf(await askOpen('c'))?.code, 'asked already').toBe('already_done');
    const unlockId = first.ok ? first.value.id : '';
    expect(refusalOf(await grant('a', unlockId))?.code).toBe('needs_second_person');
    await expect(
      city.sql`update visit_unlocks set state = 'granted', decided_by = 'a', expires_at = now()`,
    ).rejects.toMatchObject({ constraint_name: 'visit_unlocks_second_person' });
    const decided = await Promise.all([grant('b', unlockId), grant('c', unlockId)]);
    expect(decided.map((one) => refusalOf(one)?.code ?? 'done').sort()).toEqual(['already_done', 'done']);
    city.wait(47 * 60);
    expect((await ask('a', edit(id, { checkOutAt: later(begun, 60) }))).ok).toBe(true);
    const record = await recordOf(city.db, { kind: 'all' }, id, city.at);
    expect(record?.correction).toMatchObject({ state: 'open', openUntil: later(city.at, 60) });
    expect(record?.edits).toHaveLength(1);
    city.wait(61);
    const late = await ask('a', edit(id, { checkOutAt: later(begun, 50) }));
    expect(refusalOf(late)?.code).toBe('times_locked');
    expect((await recordOf(city.db, { kind: 'all' }, id, city.at))?.correction.state).toBe('locked');
    for (const change of [
      city.sql`update visit_unlocks set expires_at = expires_at + interval '1 year'`,
      city.sql`delete from visit_unlocks`,
    ])
      await expect(change).rejects.toMatchObject({ code: 'HZ002' });
  });
});

describe('the time of one person (S8)', () => {
  it('is promised once: two visits at the same time are refused by the database itself, however many try', async () => {
    const promise = (minutes: number) => city.sql`
      insert into commitments (visit_id, order_id, person_id, during) values (gen_random_uuid(), gen_random_uuid(),
        ${ids.near}, tstzrange(${later(city.at, minutes)}, ${later(city.at, minutes + 60)}))`;
    const tried = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => promise(i)));
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = tried.flatMap((one) => (one.status === 'rejected' ? [one.reason.constraint_name] : []));
    expect(new Set(reasons)).toEqual(new Set(['commitments_no_overlap']));
    await promise(120);
  });
});
