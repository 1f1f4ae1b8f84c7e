/**
 * `npm run import -- <kind> <file.csv>`: brings real people and organisations into the city's database, the one of
 * DATABASE_URL or that of a running `npm start`.
 */

import { closeSync, createReadStream, openSync, statSync, writeFileSync } from 'node:fs';
import type { Act } from '../connect/act.ts';
import { ConfigError, readConfig } from '../connect/config.ts';
import { openDatabase } from '../connect/database.ts';
import { dayOf } from '../connect/days.ts';
import { runningEmbedded } from '../connect/embedded/start.ts';
import { terminalLanguage } from '../connect/language.ts';
import { useDataKey } from '../connect/seal.ts';
import { type Asked, readArguments } from './arguments.ts';
import type { Source } from './decode.ts';
import { ImportFailure, noCity } from './failure.ts';
import { type ImportResult, importFile } from './importFile.ts';
import { type AnyKind, kinds } from './kinds.ts';
import { peerKind } from './peers/peerKind.ts';
import { progressOn } from './progress.ts';
import { badCsv, badList, summary } from './report.ts';

const args = process.argv.slice(2);
let language = terminalLanguage(process.env);

try {
  const asked = readArguments(args, language);
  language = asked.language;
  if ('help' in asked) console.log(asked.help);
  else tell(await run(asked), asked);
} catch (error) {
  process.exitCode = 1;
  if (error instanceof ImportFailure) console.error(error.said[language]);
  else if (error instanceof ConfigError) console.error(error.message);
  else
    console.error(
      language === 'zh'
        ? `导入失败，没有写入任何内容：${withoutValues(error)}`
        : `The import failed and nothing was written: ${withoutValues(error)}`,
    );
}

async function run(asked: Asked): Promise<ImportResult> {
  const source = sourceOf(asked.file);
  const act: Act = { actorId: 'import', role: 'system', onBehalfOf: null, at: new Date() };
  const kind = kindOf(asked, act.at);
  if (asked.errors !== null) {
    const { errors } = asked;
    if (filesOf(asked).some((file) => isSameFile(errors, file)))
      throw new ImportFailure(
        '--errors：应为另一个文件，而不是要导入的文件。',
        '--errors must be another file than the one to import.',
      );
    writeErrors(errors, '');
  }
  const config = readConfig();
  const databaseUrl = config.databaseUrl ?? runningEmbedded(config.stateDir)?.loginUrl;
  if (!databaseUrl)
    throw new ImportFailure(
      '没有可用的数据库：请设置 DATABASE_URL，或在 npm start 运行时再导入。',
      'There is no database: set DATABASE_URL, or import while `npm start` is running.',
    );
  useDataKey(config.dataKey);
  const open = openDatabase({ ...config, databaseUrl, databasePool: 2 }, 'huzhu import');
  const bar = progressOn(process.stderr, asked.language);
  try {
    // The search path goes on to another city's tables where this schema has none.
    const [own] =
      await open.sql`select to_regclass(${`"${config.schema}".areas`}) is not null as found`.catch(
        unreachable,
      );
    if (!own?.found) throw noCity();
    return await importFile(open.db, act, kind, source, {
      ...asked,
      progress: bar.tell,
    });
  } finally {
    bar.end();
    await open.close();
  }
}

function filesOf({ kind, file }: Asked): string[] {
  if (typeof kind === 'string') return [file];
  return [file, kind.mapping, ...(kind.transfers === null ? [] : [kind.transfers])];
}

function kindOf({ kind }: Asked, at: Date): AnyKind {
  if (typeof kind === 'string') return kinds[kind];
  const { peer, exchange, mapping, transfers, asOf, negative } = kind;
  return peerKind(peer, {
    exchange,
    mapping: sourceOf(mapping),
    transfers: transfers === null ? null : sourceOf(transfers),
    asOf: asOf ?? dayOf(at),
    negative,
  }) as unknown as AnyKind;
}

function sourceOf(file: string): Source {
  try {
    const isFile = statSync(file).isFile();
    closeSync(openSync(file, 'r'));
    if (isFile) return () => createReadStream(file, { highWaterMark: 1 << 18 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ImportFailure(
      `无法读取文件 ${file}（${code}）。`,
      `The file ${file} cannot be read (${code}).`,
    );
  }
  throw new ImportFailure(
    `${file} 不是普通文件：文件要读取多次，请先保存。`,
    `${file} is no plain file: it is read several times, so save it first.`,
  );
}

function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((file) => statSync(file, { throwIfNoEntry: false }));
  return a !== undefined && a.ino === b?.ino && a.dev === b.dev;
}

function unreachable(error: unknown): never {
  const why = withoutValues(error);
  throw new ImportFailure(
    `连接不上数据库（${why}）：请检查 DATABASE_URL，以及数据库是否在运行。`,
    `The database cannot be reached (${why}): check DATABASE_URL, and that the database runs.`,
  );
}

function writeErrors(file: string, content: string): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ImportFailure(
      `--errors：无法写入文件 ${file}（${code}）。`,
      `--errors: the file ${file} cannot be written (${code}).`,
    );
  }
}

function tell(result: ImportResult, asked: Asked): void {
  const all = [...result.bad, ...result.left];
  if (asked.errors !== null) writeErrors(asked.errors, badCsv(all, asked.language));
  for (const line of badList(all, asked.language)) console.error(line);
  for (const said of result.sums) console.log(said[asked.language]);
  console.log(summary(result, asked));
  if (result.bad.length > 0 && (asked.dryRun || !asked.skipBad)) process.exitCode = 1;
}

/** An unexpected error without the values of the query that failed: they are people's. */
function withoutValues(error: unknown): string {
  const { name, code, cause } = (error ?? {}) as { name?: string; code?: string; cause?: unknown };
  if (cause) return withoutValues(cause);
  return `${name ?? 'Error'}${code ? ` ${code}` : ''}`;
}
