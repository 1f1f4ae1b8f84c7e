/** The worker as a process: everything that happens without a request, by the schedule. */
import { ConfigError, readConfig } from '../db/connect/config.ts';
import { openDatabase } from '../db/connect/database.ts';
import { logger } from '../db/connect/log.ts';
import { exitWithParent } from '../db/connect/parent.ts';
import { useDataKey } from '../db/connect/seal.ts';
import { senderOf } from './messages/senders.ts';
import { startWorker } from './run.ts';
import { demoSchedule, schedule, sendingSchedule } from './schedule.ts';

const FINISH_MS = 5_000;

try {
  main();
} catch (error) {
  if (error instanceof ConfigError) console.error(error.message);
  else logger('worker').fatal({ err: error }, 'the worker could not be started');
  process.exit(1);
}

function main(): void {
  const config = readConfig();
  const log = logger('worker');
  useDataKey(config.dataKey);
  const open = openDatabase(config, 'huzhu worker');
  const jobs = [
    ...(config.demo ? demoSchedule(config.simulator) : schedule),
    ...sendingSchedule(senderOf(config, log)),
  ];
  const worker = startWorker(jobs, { db: open.db, log, now: () => new Date() });
  exitWithParent(async () => {
    const isOver = await worker.end(FINISH_MS);
    if (!isOver) log.warn('a job was cut off; its transaction is rolled back and runs again');
    await open.close();
  });
  log.info('the worker is at work');
}
