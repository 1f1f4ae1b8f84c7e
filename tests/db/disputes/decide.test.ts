import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askReversal } from '../../../db/bank/post.ts';
import { perform } from '../../../db/connect/act.ts';
import { decideDisputes, secondDispute } from '../../../db/disputes/decide.ts';
import { openDisputes } from '../../../db/disputes/open.ts';
import type { DisputeOutcome } from '../../../db/disputes/rules.ts';
import { findDispute } from '../../../db/disputes/views.ts';
import { cancelOrders } from '../../../db/orders/end.ts';
import { openUsers } from '../../../db/people/openUsers.ts';
import { settlement } from '../../../worker/tasks/settlement.ts';
import { calm } from '../../../worker/tasks/watch.ts';
import { actOf, ids, refusalOf, type SmallCity, smallCity } from '../../support/smallCity.ts';
import { acceptedOrder, arrive, leave } from '../../support/visits.ts';
import { brokenPromises } from '../orders/support/promises.ts';

let city: SmallCity;
beforeAll(async () => {
  city = await smallCity();
  await city.bank(ids.wang, 3_000);
  await city.do('system', (tx, act) =>
    openUsers(tx, act, [
      { username: 'wang', name: '王秀英', role: 'elder', personId: ids.wang, passwordHash: null },
      { username: 'zhang', name: '张伟', role: 'volunteer', personId: ids.near, passwordHash: null },
    ]),
  );
});
afterAll(() => city.close());

/** A disputed visit of an hour, unless more was booked. */
async function disputed(minutes = 60) {
  const order = await acceptedOrder(city, { minutes });
  await arrive(city, order.id);
  city.wait(minutes);
  await leave(city, order.id);
  const [dispute] = await city.do('elder', (tx, act) =>
    openDisputes(tx, act, [{ orderId: order.id, reasonCode: 'too_short', text: '只待了二十分钟' }]),
  );
  return { orderId: order.id, disputeId: dispute?.id as string };
}

const decide = (disputeId: string, outcome: DisputeOutcome, amount?: number) =>
  city.try('dispatcher', (tx, act) =>
    decideDisputes(tx, act, null, [{ disputeId, outcome, amount, text: '已向双方核实' }]),
  );

const helperOf = async (orderId: string) => (await city.order(orderId)).assigneeId as string;
const moneyOf = async () => {
  const [row] = await city.sql<{ elder: number; suspense: number }[]>`
    select sum(balance) filter (where owner_id = ${ids.wang})::int as elder,
      coalesce(sum(balance) filter (where kind = 'suspense'), 0)::int as suspense from accounts where currency = 'min'`;
  return { ...row };
};

describe('a dispute', () => {
  it.each([
    ['all', undefined, 60],
    ['part', 20, 20],
    ['nothing', undefined, 0],
  ] as const)('decided for %s pays the helper and gives the rest back', async (outcome, amount, paid) => {
    const before = await moneyOf();
    const { orderId, disputeId } = await disputed();
    const helper = await helperOf(orderId);
    const earned = (await city.account(helper)).balance;
    expect(await moneyOf()).toEqual({ elder: (before.elder as number) - 60, suspense: 60 });
    expect(refusalOf(await decide(disputeId, outcome, amount))).toBeNull();
    expect(await moneyOf()).toEqual({ elder: (before.elder as number) - paid, suspense: 0 });
    expect((await city.account(helper)).balance - earned).toBe(paid);
    expect((await city.order(orderId)).state).toBe(paid > 0 ? 'settled' : 'cancelled');
    expect(await brokenPromises(city.sql)).toEqual([]);
    expect(refusalOf(await decide(disputeId, 'all'))?.code).toBe('already_done');
  });

  it('is neither settled by time nor cancelled nor corrected around its decision', async () => {
    const { orderId, disputeId } = await disputed();
    city.wait(72 * 60);
    await city.work(settlement);
    expect((await city.order(orderId)).state).toBe('disputed');
    const cancelled = await city.try('elder', (tx, act) =>
      cancelOrders(tx, act, [{ orderId, reason: '不要了' }]),
    );
    expect(refusalOf(cancelled)?.code).toBe('wrong_state');
    const [moved] = await city.sql<{ id: string }[]>`
      select id from transfers where cause = 'dispute' and cause_id = ${orderId}`;
    const reversed = await city.try('regulator', (tx, act) =>
      askReversal(
        tx,
        act,
        { transferId: moved?.id as string, reasonCode: 'other', note: '试一试' },
        { min: 600, fen: 1 },
      ),
    );
    expect(refusalOf(reversed)?.code).toBe('not_reversible');
    for (const amount of [undefined, 60])
      expect(refusalOf(await decide(disputeId, 'part', amount))).toMatchObject({
        code: 'invalid',
        field: 'amount',
      });
    await decide(disputeId, 'nothing');
  });

  it('is not decided by who opened it nor by who served, not even by plain SQL', async () => {
    const { orderId, disputeId } = await disputed();
    const decision = [{ disputeId, outcome: 'all' as const, text: '属实' }];
    const byOpener = await city.try('elder', (tx, act) => decideDisputes(tx, act, null, decision));
    expect(refusalOf(byOpener)?.code).toBe('own_request');
    const helper = await helperOf(orderId);
    const byHelper = await city.try('dispatcher', (tx, act) => decideDisputes(tx, act, helper, decision));
    expect(refusalOf(byHelper)?.code).toBe('not_yours');
    await expect(
      city.sql`update disputes set state = 'proposed', outcome = 'all', paid = 60, decided_by = opened_by where id = ${disputeId}`,
    ).rejects.toThrow('disputes_not_by_opener');
    await expect(city.sql`update orders set state = 'settled' where id = ${orderId}`).rejects.toThrow(
      'disputed',
    );
    await decide(disputeId, 'all');
    await expect(city.sql`update disputes set paid = 1 where id = ${disputeId}`).rejects.toThrow(
      'stays as it is',
    );
  });

  it('above the threshold takes a second person, and is open again when that person says no', async () => {
    await city.sql`
      insert into policies (id, kind, version, effective_from, author, reason, body)
      select gen_random_uuid(), kind, 2, ${city.at}, 'test', '试行',
        body || '{"disputes": {"secondPersonAbove": {"min": 59, "fen": 1}, "escalateHours": 24}}'
      from policies where kind = 'orders' and version = 1`;
    const { orderId, disputeId } = await disputed();
    const second = (actorId: string, approve: boolean) =>
      perform(city.db, actOf('regulator', city.at, actorId), (tx, act) =>
        secondDispute(tx, act, null, { disputeId, approve, text: approve ? null : '证据不足' }),
      );
    await decide(disputeId, 'all');
    expect((await city.order(orderId)).state).toBe('disputed');
    expect((await moneyOf()).suspense).toBe(60);
    expect(refusalOf(await second('dispatcher', true))?.code).toBe('needs_second_person');
    expect(refusalOf(await second('elder', true))?.code).toBe('own_request');
    expect(refusalOf(await second('regulator', false))).toBeNull();
    await decide(disputeId, 'part', 30);
    // Two say yes at once: one of them decides.
    const words = await Promise.all([second('regulator', true), second('another', true)]);
    expect(words.filter((word) => word.ok)).toHaveLength(1);
    expect(await moneyOf()).toMatchObject({ suspense: 0 });
    expect(await city.history(orderId)).toContain('settled');
    const steps = await city.sql<{ step: string }[]>`
      select step from dispute_steps where dispute_id = ${disputeId} order by position`;
    expect(steps.map(({ step }) => step)).toEqual(['opened', 'proposed', 'refused', 'proposed', 'decided']);
  });

  it('alerts the desk until it is decided, and tells both sides at its beginning and end', async () => {
    const { orderId, disputeId } = await disputed(30);
    const alertOf = async () =>
      (await city.sql`select kind, state, owner from alerts where order_id = ${orderId}`).map((row) => ({
        ...row,
      }));
    expect(await alertOf()).toEqual([{ kind: 'dispute_open', state: 'open', owner: 'district' }]);
    await city.work(calm);
    expect((await alertOf())[0]?.state).toBe('open');
    await decide(disputeId, 'all');
    await city.work(calm);
    expect((await alertOf())[0]?.state).toBe('resolved');
    const told = await city.sql<{ template: string; recipient_id: string }[]>`
      select template, recipient_id from messages where once_key like ${`%${disputeId}`} and channel = 'screen'`;
    const who = (template: string) =>
      told.filter((row) => row.template === template).map((row) => row.recipient_id);
    for (const template of ['dispute_opened', 'dispute_decided']) expect(who(template)).toContain(ids.wang);
    expect(who('dispute_opened').length).toBe(who('dispute_decided').length);
  });

  it('shows what the elder said to the desk and the elder, and to the other side only what it is about', async () => {
    const { orderId, disputeId } = await disputed();
    await city.sql`update disputes set provider_id = ${ids.provider} where id = ${disputeId}`;
    const read = (reach: Parameters<typeof findDispute>[2]['reach']) =>
      findDispute(city.db, actOf('dispatcher', city.at), { reach, personId: null }, disputeId);
    expect((await read({ kind: 'area', areaCode: '320102' }))?.text).toBe('只待了二十分钟');
    expect((await read({ kind: 'elders', elderIds: [ids.wang] }))?.elderName).toBe('王秀英');
    expect(await read({ kind: 'provider', providerId: ids.provider })).toMatchObject({
      reasonCode: 'too_short',
      text: null,
      mayDecide: false,
    });
    expect(await read({ kind: 'elders', elderIds: [ids.li] })).toBeUndefined();
    expect(await read({ kind: 'area', areaCode: '320104' })).toBeUndefined();
    const reads =
      await city.sql`select 1 from audit where action = 'person.read' and record_id = ${disputeId}`;
    expect(reads).toHaveLength(1);
    expect(orderId).toBeTruthy();
  });
});
