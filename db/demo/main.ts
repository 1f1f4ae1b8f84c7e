/**
 * `npm run demo -- --elders N --days D --seed S`: fills an empty database with a demo city. With `--if-empty` a
 * database that has content is left as it is without a word.
 */
import { parseArgs } from 'node:util';
import { readSwitch } from '../audit/switches.ts';
import { type Act, perform } from '../connect/act.ts';
import { type Config, ConfigError, readConfig } from '../connect/config.ts';
import { openDatabase } from '../connect/database.ts';
import { reachDatabase } from '../connect/embedded/reach.ts';
import { useDataKey } from '../connect/seal.ts';
import { sequenceEvents } from '../events/events.ts';
import { areasBelow } from '../people/areas.ts';
import { type DemoSize, fillCity } from './city.ts';

const usage = `Usage: npm run demo -- [--elders N] [--days D] [--seed S] [--if-empty]
  --elders    10 to 1000000 elders, and everybody else in proportion
  --days      0 to 730 days of the past
  --seed      0 to 2147483647; the same seed makes the same city
  --if-empty  do nothing when the database has content`;

class UsageError extends Error {}

try {
  await main();
} catch (error) {
  const isExpected = error instanceof UsageError || error instanceof ConfigError;
  console.error(isExpected ? error.message : error);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const given = readConfig();
  const { ifEmpty, ...size } = readOptions(given);
  if (!given.demo)
    throw new UsageError(
      'This is not to be a demo (HUZHU_DEMO is off, as it is where DATABASE_URL is set); nothing was changed. Set HUZHU_DEMO=on to fill the database with invented people.',
    );
  const { config, leave } = await reachDatabase(given);
  useDataKey(config.dataKey);
  const open = openDatabase({ ...config, databasePool: 2 }, 'huzhu demo', 'owner');
  const began = Date.now();
  try {
    const act: Act = { actorId: 'demo', role: 'system', onBehalfOf: null, at: new Date() };
    if ((await areasBelow(open.db, null)).length > 0) {
      if (ifEmpty) return;
      const what = (await readSwitch(open.db, 'demo.city')) ? 'a demo city' : 'a city that is not a demo';
      throw new UsageError(
        `The database already holds ${what}; nothing was changed. Use an empty database: another DATABASE_URL, HUZHU_SCHEMA or HUZHU_STATE_DIR.`,
      );
    }
    console.log(`Making a demo city of ${size.elders} elders and ${size.days} days (seed ${size.seed})`);
    const outcome = await perform(open.db, act, (tx) =>
      fillCity(tx, size, act.at, (line) => console.log(line)),
    );
    if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.refusal)}`);
    while ((await sequenceEvents(open.db)) > 0);
    await open.sql`analyze persons, orders, offers, visits, accounts, transfers, holds, events`;
    console.log(`The demo city is ready after ${((Date.now() - began) / 1000).toFixed(1)} s`);
  } finally {
    await open.close();
    await leave();
  }
}

function readOptions(config: Config): DemoSize & { ifEmpty: boolean } {
  const { values } = parsed();
  const whole = (name: 'elders' | 'days' | 'seed', otherwise: number, min: number, max: number) => {
    const text = values[name];
    if (text === undefined) return otherwise;
    const number = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= min && number <= max))
      throw new UsageError(`--${name} must be a whole number from ${min} to ${max}.\n\n${usage}`);
    return number;
  };
  return {
    elders: whole('elders', config.demoElders, 10, 1_000_000),
    days: whole('days', config.demoDays, 0, 730),
    seed: whole('seed', config.demoSeed, 0, 2 ** 31 - 1),
    ifEmpty: values['if-empty'] ?? false,
  };
}

function parsed() {
  try {
    return parseArgs({
      options: {
        elders: { type: 'string' },
        days: { type: 'string' },
        seed: { type: 'string' },
        'if-empty': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}
