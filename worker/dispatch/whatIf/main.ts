/** `npm run what-if -- --day yesterday --district 320115 --add-carers 10`: a day planned twice, side by side. */
import { ConfigError, readConfig } from '../../../db/connect/config.ts';
import { openDatabase } from '../../../db/connect/database.ts';
import { dayAfter, dayOf } from '../../../db/connect/days.ts';
import { reachDatabase } from '../../../db/connect/embedded/reach.ts';
import { terminalLanguage } from '../../../db/connect/language.ts';
import { DispatchFailure } from '../arguments.ts';
import { plan } from '../engine/plan.ts';
import { FormatError } from '../formats/formatError.ts';
import { type Asked, languageOf, readArguments, usage } from './arguments.ts';
import { tableOf } from './table.ts';
import { type Choices, choicesOfDay, choicesOfFile, whatIf } from './whatIf.ts';

const args = process.argv.slice(2);
let language = terminalLanguage(process.env);
try {
  language = languageOf(args) ?? language;
  const now = new Date();
  const asked = readArguments(args, dayAfter(dayOf(now), -1));
  if (asked === null) console.log(usage[language]);
  else await answer(asked, now);
} catch (error) {
  process.exitCode = 1;
  if (error instanceof DispatchFailure || error instanceof FormatError) console.error(error.said[language]);
  else if (error instanceof ConfigError) console.error(error.message);
  else throw error;
}

async function answer(asked: Asked, now: Date): Promise<void> {
  const choices = 'input' in asked.of ? choicesOfFile(asked, asked.of) : await read(asked, asked.of, now);
  const comparison = await whatIf(choices, asked.search, plan);
  if (asked.isJson) console.log(JSON.stringify(comparison, null, 2));
  else console.log(tableOf(comparison, language));
  if (choices.blocks === 0) return;
  const said = {
    zh: `未计入 ${choices.blocks} 个长时段照护。`,
    en: `${choices.blocks} long respite blocks are left out.`,
  };
  console.error(said[language]);
}

/** All that is read is read before the plans are made: no connection waits for them. */
async function read(asked: Asked, of: Exclude<Asked['of'], { input: string }>, now: Date): Promise<Choices> {
  const { config, leave } = await reachDatabase(readConfig());
  const open = openDatabase({ ...config, databasePool: 2 }, 'huzhu what-if');
  try {
    return await choicesOfDay(open.db, asked, of, now);
  } finally {
    await open.close();
    await leave();
  }
}
