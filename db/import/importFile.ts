/**
 * One file in two passes, neither of which holds more than a batch of its lines. The first checks every line; the
 * second writes the good ones that are new, in batches but in one transaction. With a bad line nothing is written,
 * unless bad lines are to be skipped.
 */
import { type Act, perform, type Refusal } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { dataKeyFits } from '../people/byIdentity.ts';
import { type City, readCity } from './city.ts';
import { type Clerk, Fault, type Kind, type Line, type Said } from './columns.ts';
import { openText, type Source, type TextFile } from './decode.ts';
import { ImportFailure, noCity } from './failure.ts';
import { openTable, type RawRecord, type Table } from './table.ts';

export interface BadValue {
  line: number;
  /** As in the file; for a column the file has not, its name. Null: the whole line. */
  column: Said | null;
  reason: Said;
}

export interface ImportOptions {
  skipBad: boolean;
  dryRun: boolean;
  /** Told how far a pass has come, as a share of 1. */
  progress?: (pass: 'check' | 'write', share: number) => void;
}

export interface ImportResult {
  /** Lines with data. */
  lines: number;
  bad: BadValue[];
  badLines: number;
  /** Lines that the city had already. */
  known: number;
  /** Lines that are good and new. */
  fresh: number;
  /** Lines written: all that are fresh, or none. */
  written: number;
}

const ROWS_AT_ONCE = 500;

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
  const clerk = kind.clerk(db, city);
  const { toWrite, ...checked } = await check(text, kind, clerk, city, options);
  const isRefused = checked.badLines > 0 && !options.skipBad;
  if (options.dryRun || toWrite.size === 0 || isRefused) return { ...checked, written: 0 };
  const outcome = await perform(db, act, (tx) => write(tx, act, text, kind, clerk, city, toWrite, options));
  if (!outcome.ok) throw refused(outcome.refusal);
  return { ...checked, written: toWrite.size };
}

/** The first pass: what is bad, and the numbers of the lines to write. */
async function check<R>(
  text: TextFile,
  kind: Kind<R>,
  clerk: Clerk<R>,
  city: City,
  options: ImportOptions,
): Promise<Omit<ImportResult, 'written'> & { toWrite: Set<number> }> {
  const table = await openTable<R>(text, kind.columns);
  const bad: BadValue[] = [];
  const toWrite = new Set<number>();
  const count = { lines: 0, badLines: 0, known: 0 };
  const once = kind.once.map((names) => ({ names, seen: new Map<string, number>() }));
  for await (const records of inBatches(table.records)) {
    const lines = records.map((record) => readLine(record, table, kind, city, bad));
    for (const line of lines) refuseSecond(line, once);
    await clerk.check(lines.filter((line) => !line.bad));
    for (const line of lines) {
      count.lines++;
      if (line.bad) count.badLines++;
      else if (line.known) count.known++;
      else toWrite.add(line.number);
    }
    options.progress?.('check', records.at(-1)?.share ?? 1);
  }
  bad.sort((a, b) => a.line - b.line);
  return { ...count, bad, fresh: toWrite.size, toWrite };
}

/** The second pass: reads the file again and writes the lines that the first found good and new. */
async function write<R>(
  tx: Tx,
  act: Act,
  text: TextFile,
  kind: Kind<R>,
  clerk: Clerk<R>,
  city: City,
  toWrite: ReadonlySet<number>,
  options: ImportOptions,
): Promise<void> {
  const table = await openTable<R>(text, kind.columns);
  for await (const records of inBatches(chosen(table.records, toWrite))) {
    const lines = records.map((record) => readLine(record, table, kind, city, []));
    await clerk.write(
      tx,
      act,
      lines.map((line) => line.values),
    );
    options.progress?.('write', records.at(-1)?.share ?? 1);
  }
}

async function* chosen(
  records: AsyncIterable<RawRecord>,
  numbers: ReadonlySet<number>,
): AsyncGenerator<RawRecord> {
  for await (const record of records) if (numbers.has(record.number)) yield record;
}

async function* inBatches(records: AsyncIterable<RawRecord>): AsyncGenerator<RawRecord[]> {
  let batch: RawRecord[] = [];
  for await (const record of records) {
    batch.push(record);
    if (batch.length < ROWS_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function refused({ code, field }: Refusal): ImportFailure {
  const what = field ? `${code}, ${field}` : code;
  return new ImportFailure(
    `写入时被拒绝（${what}），没有写入任何内容。城市的数据在检查之后可能有变，请再次导入。`,
    `Refused while writing (${what}); nothing was written. The city may have changed since the check: import again.`,
  );
}

function readLine<R>(
  record: RawRecord,
  table: Table<R>,
  kind: Kind<R>,
  city: City,
  bad: BadValue[],
): Line<R> {
  const line = {
    number: record.number,
    values: {} as R,
    known: false,
    bad: false,
    refuse(column: keyof R & string, { zh, en }: Said) {
      const header = table.headers.get(column);
      const named = header === undefined ? kind.columns[column] : { zh: header, en: header };
      refuseLine({ zh: named.zh, en: named.en }, { zh, en });
    },
  };
  function refuseLine(column: Said | null, reason: Said): void {
    line.bad = true;
    bad.push({ line: record.number, column, reason });
  }
  if (record.fields.length !== table.order.length) {
    const [has, wants] = [record.fields.length, table.order.length];
    refuseLine(null, {
      zh: `有 ${has} 个字段，表头有 ${wants} 个`,
      en: `it has ${has} values where the header has ${wants}`,
    });
    return line;
  }
  for (const name of Object.keys(kind.columns) as (keyof R & string)[]) {
    const column = kind.columns[name];
    const at = table.order.indexOf(name);
    const text = at < 0 ? '' : (record.fields[at] as string).trim();
    if (text === '') {
      if (column.needed) line.refuse(name, { zh: '不能为空', en: 'it must not be empty' });
      else line.values[name] = null as R[typeof name];
      continue;
    }
    const value = column.read(text, city);
    if (value instanceof Fault) line.refuse(name, value);
    else line.values[name] = value;
  }
  return line;
}

/** A value that may stand once is taken where it stands first. */
function refuseSecond<R>(
  line: Line<R>,
  once: readonly { names: readonly (keyof R & string)[]; seen: Map<string, number> }[],
): void {
  if (line.bad) return;
  for (const { names, seen } of once) {
    const key = JSON.stringify(names.map((name) => line.values[name]));
    const first = seen.get(key);
    if (first === undefined) seen.set(key, line.number);
    else
      line.refuse(names[0] as keyof R & string, {
        zh: `与第 ${first} 行重复，同一文件中只能出现一次`,
        en: `the same as on line ${first}; it may stand once in a file`,
      });
  }
}
