/**
 * The load of orders: so many an hour through HTTP with all their offers, visits and settlements, beside the worker, on
 * one machine; then ten times as many for a minute. Each order lives to its end as its people's phones ask for it
 * (orders/life.ts). A booking counts from when it was due, every other call from when it was sent.
 */
import { client } from '../../db/connect/database.ts';
import { useDataKey } from '../../db/connect/seal.ts';
import { type Figure, figure, quantile } from './figure.ts';
import { live, type Recorder } from './orders/life.ts';
import { Post } from './orders/post.ts';
import { layTown, type Town } from './orders/town.ts';
import { Lines, openDoor, startWorkerProcess } from './support/door.ts';
import { onOwnServer } from './support/ownServer.ts';

const PER_HOUR = 5_000;
const PER_SECOND = PER_HOUR / 3_600;
const BURST = 10;
const LINES = 256;
const SAMPLE_MS = 1_000;

export async function orders(isQuick: boolean): Promise<Figure[]> {
  const seconds = isQuick ? { warm: 10, steady: 45, burst: 20 } : { warm: 30, steady: 600, burst: 60 };
  return onOwnServer(async (config) => {
    useDataKey(config.dataKey);
    const size = isQuick ? 0.5 : 1;
    const town = await layTown(config, {
      elders: 2_000 * size,
      volunteers: 4_000 * size,
      providers: 20,
      carersEach: 40 * size,
    });
    const door = await openDoor(config);
    const endWorker = startWorkerProcess(config);
    const lines = new Lines(door.port, LINES);
    const post = new Post(config);
    const sql = client(config.databaseUrl as string, config.schema, 'bench', 1);
    const waiting = (): Promise<number> =>
      sql<{ n: number }[]>`
        select count(*)::int as n from orders where state = 'requested' and due_at < now()`.then(
        ([row]) => row?.n ?? 0,
      );
    try {
      const drive = driver(town, lines, post, waiting);
      await drive(seconds.warm, PER_SECOND);
      const steady = await drive(seconds.steady, PER_SECOND);
      const burst = await drive(seconds.burst, PER_SECOND * BURST);
      const [settled] = await sql<{ n: number; twice: number }[]>`
        select count(*)::int as n, (count(*) - count(distinct order_id))::int as twice from settlements`;
      return [
        ...steadyFigures(steady),
        ...burstFigures(burst),
        figure('orders.settled.twice', settled?.twice ?? 1, 'orders', '<= 0'),
      ];
    } finally {
      lines.close();
      await post.close();
      await sql.end();
      await endWorker();
      await door.close();
    }
  });
}

interface Run {
  /** Orders that were booked, and those that lived to their end. */
  booked: number;
  ended: number;
  /** Seconds in which orders were booked, and until the last had ended. */
  bookingSeconds: number;
  wholeSeconds: number;
  latencies: Map<string, number[]>;
  errors: unknown[];
  /** Orders that were due to be offered, once a second. */
  backlog: number[];
}

/** Books at a steady rate for so many seconds, lets every order live to its end, and numbers them on. */
function driver(town: Town, lines: Lines, post: Post, waiting: () => Promise<number>) {
  let n = 0;
  return async (seconds: number, perSecond: number): Promise<Run> => {
    const run: Run = {
      booked: Math.ceil(seconds * perSecond),
      ended: 0,
      bookingSeconds: seconds,
      wholeSeconds: 0,
      latencies: new Map(),
      errors: [],
      backlog: [],
    };
    const recorder: Recorder = {
      took: (call, ms) => run.latencies.set(call, [...(run.latencies.get(call) ?? []), ms]),
      failed: (error) => run.errors.push(error),
    };
    const sampler = setInterval(() => void waiting().then((count) => run.backlog.push(count)), SAMPLE_MS);
    const began = performance.now();
    const lives: Promise<void>[] = [];
    for (let i = 0; i < run.booked; i++) {
      const due = began + (i / perSecond) * 1000;
      const early = due - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      lives.push(
        live(n++, due, town, lines, post, recorder).then(
          () => {
            run.ended += 1;
          },
          (error) => recorder.failed(error),
        ),
      );
    }
    await Promise.all(lives);
    run.wholeSeconds = (performance.now() - began) / 1000;
    clearInterval(sampler);
    for (const error of run.errors.slice(0, 5)) console.error(error);
    return run;
  };
}

const all = ({ latencies }: Run): number[] => [...latencies.values()].flat();
const mean = (samples: readonly number[]): number =>
  samples.reduce((sum, one) => sum + one, 0) / Math.max(1, samples.length);

function steadyFigures(run: Run): Figure[] {
  const quarter = Math.floor(run.backlog.length / 4);
  const growth = mean(run.backlog.slice(-quarter)) - mean(run.backlog.slice(0, quarter));
  const calls = [...run.latencies].map(([call, samples]) =>
    figure(`orders.${call}.p99`, quantile(samples, 0.99), 'ms', '<= 100'),
  );
  return [
    figure('orders.rate', (run.ended / run.bookingSeconds) * 3_600, 'orders/h', `>= ${PER_HOUR}`),
    figure('orders.drained', run.wholeSeconds - run.bookingSeconds, 's after', '<= 30'),
    figure('orders.p99', quantile(all(run), 0.99), 'ms', '<= 100'),
    ...calls,
    figure('orders.errors', run.errors.length, 'errors', '<= 0'),
    figure('orders.queue.growth', growth, 'orders waiting', '<= 2'),
  ];
}

function burstFigures(run: Run): Figure[] {
  return [
    figure(
      'orders.burst.booked',
      (run.booked / run.bookingSeconds) * 3_600,
      'orders/h',
      `>= ${BURST * PER_HOUR * 0.99}`,
    ),
    figure('orders.burst.errors', run.errors.length, 'errors', '<= 0'),
    figure('orders.burst.unended', run.booked - run.ended, 'orders', '<= 0'),
    figure('orders.burst.drained', run.wholeSeconds - run.bookingSeconds, 's after', '<= 60'),
    figure('orders.burst.p99', quantile(all(run), 0.99), 'ms', '<= 1000'),
  ];
}
