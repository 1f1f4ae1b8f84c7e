/** The worker's part in the bank test, without its clock: ends holds whose time is over and seals, over and over. */
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '../../../db/connect/database.ts';
import { logger } from '../../../db/connect/log.ts';
import { useDataKey } from '../../../db/connect/seal.ts';
import { holdExpiry } from '../../../worker/tasks/holdExpiry.ts';
import { sealing } from '../../../worker/tasks/sealing.ts';

const PAUSE_MS = 40;
const [url = '', dataKey = ''] = process.argv.slice(2);
useDataKey(dataKey);
const log = logger('test');

for (;;) {
  const open = openDatabase(
    { databaseUrl: url, databaseReadUrl: null, databasePool: 1, schema: 'public' },
    'clerk',
  );
  try {
    for (;;) {
      for (const task of [holdExpiry, sealing]) await task({ db: open.db, at: new Date(), log });
      await pause(PAUSE_MS);
    }
  } catch {
    // The server is away; what was begun is rolled back and begun again.
    open.close().catch(() => {});
    await pause(PAUSE_MS);
  }
}
