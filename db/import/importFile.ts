/**
 * One file in two passes. The first checks every line; the second writes the good ones that are new, in batches but
 * in one transaction. With a bad line nothing is written, unless bad lines are to be skipped.
 */
import { type Act, perform, type Refusal } from '../connect/act.ts';
import type { Database } from '../connect/database.ts';
import { dataKeyFits } from '../people/byIdentity.ts';
import { readCity } from './city.ts';
import { Fault, type Kind, type Line, type Said } from './columns.ts';
import { decode } from './decode.ts';
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

/** Imports the bytes of a file of a kind. Throws `ImportFailure` when the whole file cannot be taken. */
export async function importFile<R>(
  db: Database,
  act: Act,
  kind: Kind<R>,
  bytes: Uint8Array,
  options: ImportOptions,
): Promise<ImportResult> {
  const city = await readCity(db, act.at);
  if (!city) throw noCity();
  if (!(await dataKeyFits(db)))
    throw new ImportFailure(
      'HUZHU_DATA_KEY 不是这座城市封存个人数据所用的密钥，导入后的数据将无法读取。',
      'HUZHU_DATA_KEY is not the key under which this city seals personal data: what is imported could not be read.',
    );
  const table = await openTable<R>(decode(bytes), kind.columns);
  const clerk = kind.clerk(db, city);
  const bad: BadValue[] = [];
  const rows: R[] = [];
  const count = { lines: 0, badLines: 0, known: 0 };
  const once = kind.once.map((names) => ({ names, seen: new Map<string, number>() }));

  async function checkBatch(records: readonly RawRecord[]): Promise<void> {
    const lines = records.map((record) =>
      readLine(record, table, kind, city as NonNullable<typeof city>, bad),
    );
    for (const line of lines) refuseSecond(line, once);
    await clerk.check(lines.filter((line) => !line.bad));
    for (const line of lines) {
      count.lines++;
      if (line.bad) count.badLines++;
      else if (line.known) count.known++;
      else rows.push(line.values);
    }
    options.progress?.('check', records.at(-1)?.share ?? 1);
  }

  let batch: RawRecord[] = [];
  for await (const record of table.records) {
    batch.push(record);
    if (batch.length < ROWS_AT_ONCE) continue;
    await checkBatch(batch);
    batch = [];
  }
  if (batch.length > 0) await checkBatch(batch);
  bad.sort((a, b) => a.line - b.line);

  const result = { ...count, bad, fresh: rows.length, written: 0 };
  if (options.dryRun || rows.length === 0 || (bad.length > 0 && !options.skipBad)) return result;
  const outcome = await perform(db, act, async (tx) => {
    for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) {
      await clerk.write(tx, act, rows.slice(i, i + ROWS_AT_ONCE));
      options.progress?.('write', Math.min(1, (i + ROWS_AT_ONCE) / rows.length));
    }
  });
  if (!outcome.ok) throw refused(outcome.refusal);
  return { ...result, written: rows.length };
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
  city: Parameters<Kind<R>['columns'][keyof R]['read']>[1],
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
