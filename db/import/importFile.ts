/**
 * One file in two passes, neither of which holds more than a batch of its lines. The first checks every line; the
 * second writes the good ones that are new, in batches but in one transaction. With a bad line nothing is written,
 * unless bad lines are to be skipped.
 */
import { type Act, perform, type Refusal } from '../connect/act.ts';
import type { Database } from '../connect/database.ts';
import { dataKeyFits } from '../people/byIdentity.ts';
import type { BadValue } from './bad.ts';
import { type City, readCity } from './city.ts';
import type { Clerk, Kind, Said } from './columns.ts';
import { openText, type Source, type TextFile } from './decode.ts';
import { ImportFailure, noCity } from './failure.ts';
import { readChosen, readLines } from './lines.ts';

export interface ImportOptions {
  skipBad: boolean;
  dryRun: boolean;
  /** Told how far a pass has come, as a share of 1. */
  progress?: (pass: 'compare' | 'check' | 'write', share: number) => void;
}

export interface ImportResult {
  /** Lines with data. */
  lines: number;
  bad: BadValue[];
  badLines: number;
  /** Bad lines of the other files that belong to the import. */
  badElsewhere: number;
  /** Lines that the city had already. */
  known: number;
  /** Good lines that bring nothing in. */
  passed: number;
  /** Those of them for which there is a reason to tell. */
  left: BadValue[];
  /** Lines that are good and new. */
  fresh: number;
  /** Lines written: all that are fresh, or none. */
  written: number;
  /** What there is to say about the whole. */
  sums: Said[];
}

/** Imports a file of a kind. Throws `ImportFailure` when the whole file cannot be taken. */
export async function importFile<R>(
  db: Database,
  act: Act,
  kind: Kind<R>,
  source: Source,
  options: ImportOptions,
): Promise<ImportResult> {
  const city = await readCity(db, act.at);
  if (!city) throw noCity();
  if (!(await dataKeyFits(db)))
    throw new ImportFailure(
      'HUZHU_DATA_KEY 不是这座城市封存个人数据所用的密钥，导入后的数据将无法读取。',
      'HUZHU_DATA_KEY is not the key under which this city seals personal data: what is imported could not be read.',
    );
  const text = await openText(source);
  const elsewhere: BadValue[] = [];
  const clerk = await kind.clerk(db, city, {
    refuse: (bad) => elsewhere.push(...bad),
    progress: (share) => options.progress?.('compare', share),
  });
  const { toWrite, ...checked } = await check(text, kind, clerk, city, options);
  const result: ImportResult = {
    ...checked,
    bad: [...elsewhere, ...checked.bad],
    badElsewhere: new Set(elsewhere.map(({ file, line }) => `${file} ${line}`)).size,
    written: 0,
    sums: clerk.sums?.() ?? [],
  };
  const isRefused = result.bad.length > 0 && !options.skipBad;
  if (options.dryRun || toWrite.size === 0 || isRefused) return result;
  const outcome = await perform(db, act, async (tx) => {
    for await (const { lines, share } of readChosen(text, kind, city, toWrite)) {
      await clerk.write(
        tx,
        act,
        lines.map((line) => line.values),
      );
      options.progress?.('write', share);
    }
  });
  if (!outcome.ok) throw refused(outcome.refusal);
  return { ...result, written: toWrite.size };
}

/** The first pass: what is bad, and the numbers of the lines to write. */
async function check<R>(
  text: TextFile,
  kind: Kind<R>,
  clerk: Clerk<R>,
  city: City,
  options: ImportOptions,
): Promise<Omit<ImportResult, 'written' | 'sums' | 'badElsewhere'> & { toWrite: Set<number> }> {
  const bad: BadValue[] = [];
  const left: BadValue[] = [];
  const toWrite = new Set<number>();
  const count = { lines: 0, badLines: 0, known: 0, passed: 0 };
  for await (const batch of readLines(text, { sheet: kind, city, file: null, bad, left })) {
    await clerk.check(batch.lines.filter((line) => !line.bad));
    for (const line of batch.lines) {
      count.lines++;
      if (line.bad) count.badLines++;
      else if (line.passed) count.passed++;
      else if (line.known) count.known++;
      else toWrite.add(line.number);
    }
    options.progress?.('check', batch.share);
  }
  bad.sort((a, b) => a.line - b.line);
  return { ...count, bad, left, fresh: toWrite.size, toWrite };
}

function refused({ code, field }: Refusal): ImportFailure {
  const what = field ? `${code}, ${field}` : code;
  return new ImportFailure(
    `写入时被拒绝（${what}），没有写入任何内容。城市的数据在检查之后可能有变，请再次导入。`,
    `Refused while writing (${what}); nothing was written. The city may have changed since the check: import again.`,
  );
}
