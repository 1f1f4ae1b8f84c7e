import { validate } from 'node-cron';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logger } from '../../db/connect/log.ts';
import { startWorker, type Worker } from '../../worker/run.ts';
import { type Job, schedule } from '../../worker/schedule.ts';
import { type SmallCity, smallCity } from '../support/smallCity.ts';
import { openOffer } from '../support/visits.ts';

const NEVER = '0 0 0 29 2 *';

let city: SmallCity;
let worker: Worker | null = null;
beforeEach(async () => {
  city = await smallCity();
});
afterEach(async () => {
  await worker?.end(1000);
  await city.close();
});

function start(jobs: readonly Job[]): Worker {
  worker = startWorker(jobs, { db: city.db, log: logger('test'), now: () => city.at });
  return worker;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the schedule', () => {
  it('has patterns that node-cron understands and names that differ', () => {
    for (const job of schedule) expect(validate(job.when), job.name).toBe(true);
    expect(new Set(schedule.map((job) => job.name)).size).toBe(schedule.length);
  });

  it('runs every job on a city without fault', async () => {
    const faults: unknown[] = [];
    const log = Object.assign(Object.create(logger('test')), {
      error: (fault: unknown) => faults.push(fault),
    });
    worker = startWorker(schedule, { db: city.db, log, now: () => city.at });
    for (const job of schedule) await worker.run(job.name);
    expect(faults).toEqual([]);
  });

  it('offers an order within a few seconds of its booking', async () => {
    start(schedule);
    const order = await city.book();
    const began = Date.now();
    while (!(await openOffer(city, order.id)) && Date.now() - began < 10_000) await sleep(100);
    expect(Date.now() - began).toBeLessThan(5_000);
  });
});

describe('a job', () => {
  it('never overlaps itself', async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const task = async () => {
      running += 1;
      runs += 1;
      most = Math.max(most, running);
      await sleep(30);
      running -= 1;
      return 1;
    };
    const { run } = start([{ name: 'slow', when: NEVER, tasks: [task] }]);
    await Promise.all([run('slow'), run('slow'), run('slow')]);
    await run('slow');
    expect({ most, runs }).toEqual({ most: 1, runs: 2 });
  });

  it('that fails runs again next time, and its failure stops no other', async () => {
    let runs = 0;
    const failing = async () => {
      runs += 1;
      if (runs === 1) throw new Error('broken');
      return 1;
    };
    const { run } = start([
      { name: 'failing', when: NEVER, tasks: [failing] },
      { name: 'other', when: NEVER, tasks: [async () => 1] },
    ]);
    await run('failing');
    await run('other');
    await run('failing');
    expect(runs).toBe(2);
  });

  it('works again after its connections to the database were lost', async () => {
    const { run } = start([...schedule]);
    const order = await city.book();
    await city.sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'test'`;
    for (let i = 0; i < 20 && !(await openOffer(city, order.id)); i++) {
      await run('offers');
      await sleep(100);
    }
    expect(await openOffer(city, order.id)).toBeDefined();
  });

  it('that runs is waited for at the end, up to a limit, and is told to come to an end', async () => {
    const told: boolean[] = [];
    const task: Job['tasks'][number] = async ({ ending }) => {
      await sleep(80);
      told.push(ending?.aborted ?? false);
      return 1;
    };
    const quick = start([{ name: 'slow', when: NEVER, tasks: [task, task] }]);
    void quick.run('slow');
    expect(await quick.end(2000)).toBe(true);
    expect(told).toEqual([true]);

    const endless = start([{ name: 'endless', when: NEVER, tasks: [() => sleep(2000) as Promise<never>] }]);
    void endless.run('endless');
    const began = Date.now();
    expect(await endless.end(100)).toBe(false);
    expect(Date.now() - began).toBeLessThan(1000);
  });
});
