/**
 * Running a schedule in one process: a job never overlaps itself, a job that fails is logged and runs again next
 * time, and the end waits for what is running.
 */
import { type Logger as CronLogger, createTask, type ScheduledTask } from 'node-cron';
import type { Logger } from 'pino';
import type { Database } from '../db/connect/database.ts';
import type { Job } from './schedule.ts';
import { TIME_ZONE } from './schedule.ts';

export interface Ground {
  db: Database;
  log: Logger;
  now(): Date;
}

export interface Worker {
  /** Runs a job now, unless it is running; fulfilled when it has ended, whether it failed or not. */
  run(name: string): Promise<void>;
  /** Starts no more jobs, lets running ones end for at most `limitMs`; false when some are cut off. */
  end(limitMs: number): Promise<boolean>;
}

/** While a job keeps failing, only one failure in so many is logged. */
const LOG_EVERY = 30;

/** Runs jobs by their schedule until `end`. */
export function startWorker(jobs: readonly Job[], ground: Ground): Worker {
  const ending = new AbortController();
  const running = new Map<string, Promise<void>>();
  const failures = new Map<string, number>();
  const done = new Map<string, number>();

  async function runTasks(job: Job): Promise<void> {
    for (const task of job.tasks) {
      if (ending.signal.aborted) return;
      const some = await task({ db: ground.db, at: ground.now(), log: ground.log, ending: ending.signal });
      done.set(job.name, (done.get(job.name) ?? 0) + some);
    }
  }

  async function attempt(job: Job): Promise<void> {
    const failedBefore = failures.get(job.name) ?? 0;
    try {
      await runTasks(job);
      failures.delete(job.name);
      if (failedBefore > 0) ground.log.warn({ job: job.name, failures: failedBefore }, 'the job works again');
    } catch (err) {
      failures.set(job.name, failedBefore + 1);
      if (failedBefore % LOG_EVERY === 0)
        ground.log.error({ err, job: job.name, failures: failedBefore + 1 }, 'the job failed');
    }
  }

  function run(job: Job): Promise<void> {
    const current = running.get(job.name);
    if (current || ending.signal.aborted) return current ?? Promise.resolve();
    const attempted = attempt(job).finally(() => running.delete(job.name));
    running.set(job.name, attempted);
    return attempted;
  }

  const options = { timezone: TIME_ZONE, suppressMissedWarning: true, logger: cronLog(ground.log) };
  const timers: ScheduledTask[] = jobs.map((job) => createTask(job.when, () => run(job), options));
  for (const timer of timers) void timer.start();
  const health = setInterval(() => {
    ground.log.info(
      { done: Object.fromEntries(done), failing: [...failures.keys()] },
      'what the last minute did',
    );
    done.clear();
  }, 60_000);
  for (const job of jobs) if (job.atStart) void run(job);

  return {
    async run(name) {
      const job = jobs.find((each) => each.name === name);
      if (!job) throw new Error(`there is no job named ${name}`);
      await run(job);
    },
    async end(limitMs) {
      ending.abort();
      clearInterval(health);
      for (const timer of timers) await timer.destroy();
      const limit = new AbortController();
      const isOver = await Promise.race([
        Promise.all(running.values()).then(() => true),
        new Promise<boolean>((resolve) => {
          const timeout = setTimeout(() => resolve(false), limitMs);
          limit.signal.addEventListener('abort', () => clearTimeout(timeout));
        }),
      ]);
      limit.abort();
      return isOver;
    },
  };
}

/** node-cron would write to the console. */
function cronLog(log: Logger): CronLogger {
  return {
    info: (message) => log.debug(message),
    warn: (message) => log.debug(message),
    error: (message, err) => log.error({ err: err ?? message }, 'the schedule failed'),
    debug: (message) => log.debug(String(message)),
  };
}
