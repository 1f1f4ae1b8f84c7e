import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onceOn } from '../../db/audit/occasions.ts';
import { type OpenDatabase, openDatabase } from '../../db/connect/database.ts';
import { logger } from '../../db/connect/log.ts';
import { lapseOf } from '../../db/people/grants.ts';
import { monthOf } from '../../db/quality/rules.ts';
import { expiry } from '../../worker/tasks/expiry.ts';
import { grants, lapses } from '../../worker/tasks/grants.ts';
import { offers } from '../../worker/tasks/offers.ts';
import { everyScore, scores } from '../../worker/tasks/scores.ts';
import { settlement } from '../../worker/tasks/settlement.ts';
import type { Task } from '../../worker/tasks/task.ts';
import { partitions } from '../../worker/tasks/upkeep.ts';
import { actOf, ids, later, type SmallCity, smallCity } from '../support/smallCity.ts';
import { acceptedOrder, arrive, leave } from '../support/visits.ts';

let city: SmallCity;
let other: OpenDatabase;
beforeEach(async () => {
  city = await smallCity();
  other = openDatabase(city.config, 'other worker');
});
afterEach(async () => {
  await other.close();
  await city.close();
});

/** Three runs of a task in each of two workers, all at once; what each run did. */
const atOnce = (task: Task) =>
  Promise.all(
    [city, other, city, other, city, other].map(({ db }) => task({ db, at: city.at, log: logger('test') })),
  );

const sum = (numbers: number[]) => numbers.reduce((total, n) => total + n, 0);

describe('two workers at once', () => {
  it('ask, and give up waiting, once for each order', async () => {
    await city.bank(ids.wang, 6000);
    const booked = [];
    for (let i = 0; i < 3; i++) booked.push(await city.book({ startAt: later(city.at, 180 + 90 * i) }));
    expect(sum(await atOnce(offers))).toBe(3);
    city.wait(200);
    expect(sum(await atOnce(expiry))).toBe(3);
    const rows = await city.sql`select order_id, count(*)::int as n from offers group by order_id`;
    expect(rows.map((row) => row.n)).toEqual([1, 1, 1]);
    const history = await city.sql`
      select count(*)::int as n from order_history where to_state = 'offered'`;
    expect(history[0]?.n).toBe(3);
    expect(booked.length).toBe(3);
  });

  it('settle once, and reckon each score once', async () => {
    const order = await acceptedOrder(city);
    await arrive(city, order.id);
    city.wait(60);
    await leave(city, order.id);
    city.wait(48 * 60);
    expect(sum(await atOnce(settlement))).toBe(1);
    expect(await city.account(ids.near)).toEqual({ balance: 60, held: 0 });
    expect(sum(await atOnce(scores))).toBe(2);
  });

  it("do a night's work once a night", async () => {
    expect(sum(await atOnce(everyScore))).toBe(1);
    expect(sum(await atOnce(everyScore))).toBe(0);
    city.wait(24 * 60);
    expect(sum(await atOnce(everyScore))).toBe(1);
  });

  it("grant each elder's month once, and let what has lapsed go back once", async () => {
    expect(sum(await atOnce(grants))).toBe(0);
    city.at = lapseOf(monthOf(city.at), 1);
    expect(sum(await atOnce(grants))).toBe(3);
    expect(sum(await atOnce(grants))).toBe(0);
    expect(await city.account(ids.wang, 'grant')).toEqual({ balance: 1200, held: 0 });
    expect(await city.account(ids.wang, 'grant', 'fen')).toEqual({ balance: 120_000, held: 0 });
    city.at = lapseOf(monthOf(city.at), 2);
    expect(sum(await atOnce(lapses))).toBe(2);
    expect(await city.account(ids.wang, 'grant')).toEqual({ balance: 600, held: 0 });
    expect(sum(await atOnce(lapses))).toBe(0);
  });

  it('make the months ahead once', async () => {
    city.at = new Date(city.at.getTime() + 365 * 86_400_000);
    const made = await atOnce(partitions);
    expect(Math.max(...made)).toBeGreaterThan(60);
    expect(made.filter((n) => n > 0).length).toBe(1);
  });

  it("let another try again when a night's work fails", async () => {
    const act = actOf('system', city.at);
    const failing = onceOn(city.db, act, 'test', 'today', async () => {
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    expect(await onceOn(other.db, act, 'test', 'today', async () => {})).toBe(true);
    expect(await onceOn(city.db, act, 'test', 'today', async () => {})).toBe(false);
  });
});
