/** The records of a file as lines of a kind: every value read, or named with what would be right. */
import { type BadValue, masked, type OtherFile } from './bad.ts';
import type { City } from './city.ts';
import { Fault, type Line, type Said, type Sheet } from './columns.ts';
import type { TextFile } from './decode.ts';
import { openTable, type RawRecord, type Table } from './table.ts';

const ROWS_AT_ONCE = 500;

export interface Batch<R> {
  lines: Line<R>[];
  /** Where its last line ends in the file, as a share of 1. */
  share: number;
}

export interface Reading<R> {
  sheet: Sheet<R>;
  city: City;
  /** Null: the file that is imported. */
  file: OtherFile | null;
  bad: BadValue[];
  /** Good lines that are left out with a reason. */
  left?: BadValue[];
}

/** All lines of a file in batches, with the second of two that may stand once refused. */
export async function* readLines<R>(text: TextFile, reading: Reading<R>): AsyncGenerator<Batch<R>> {
  const table = await openTable<R>(text, reading.sheet);
  const once = reading.sheet.once.map((names) => ({ names, seen: new Map<string, number>() }));
  for await (const batch of inBatches(table.records)) {
    const lines = batch.map((record) => readLine(record, table, reading));
    for (const line of lines) refuseSecond(line, once);
    yield { lines, share: batch.at(-1)?.share ?? 1 };
  }
}

/** Lines by their numbers, read again; nothing of them is reported. */
export async function* readChosen<R>(
  text: TextFile,
  sheet: Sheet<R>,
  city: City,
  numbers: ReadonlySet<number>,
): AsyncGenerator<Batch<R>> {
  const table = await openTable<R>(text, sheet);
  const reading: Reading<R> = { sheet, city, file: null, bad: [] };
  for await (const batch of inBatches(chosen(table.records, numbers)))
    yield {
      lines: batch.map((record) => readLine(record, table, reading)),
      share: batch.at(-1)?.share ?? 1,
    };
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

function readLine<R>(record: RawRecord, table: Table<R>, reading: Reading<R>): Line<R> {
  const { columns } = reading.sheet;
  const textOf = (column: keyof R & string): string => {
    const at = table.order.indexOf(column);
    return at < 0 ? '' : (record.fields[at] ?? '').trim();
  };
  const bad = (column: keyof R & string, { zh, en }: Said): BadValue => {
    const header = table.headers.get(column);
    const named = header === undefined ? columns[column] : { zh: header, en: header };
    const text = textOf(column);
    return {
      file: reading.file,
      line: record.number,
      column: { zh: named.zh, en: named.en },
      value: text === '' ? null : masked(text, columns[column].isOpen ?? false),
      reason: { zh, en },
    };
  };
  const line = {
    number: record.number,
    values: {} as R,
    known: false,
    bad: false,
    passed: false,
    refuse(column: keyof R & string, fault: Said) {
      line.bad = true;
      reading.bad.push(bad(column, fault));
    },
    pass(column?: keyof R & string, why?: Said) {
      line.passed = true;
      if (column && why) reading.left?.push(bad(column, why));
    },
  };
  if (record.fields.length !== table.order.length) {
    const [has, wants] = [record.fields.length, table.order.length];
    line.bad = true;
    reading.bad.push({
      file: reading.file,
      line: record.number,
      column: null,
      value: null,
      reason: {
        zh: `有 ${has} 个字段，${table.headers.size > 0 ? '表头' : '第一行'}有 ${wants} 个`,
        en: `it has ${has} values where the ${table.headers.size > 0 ? 'header' : 'first line'} has ${wants}`,
      },
    });
    return line;
  }
  for (const name of Object.keys(columns) as (keyof R & string)[]) {
    const column = columns[name];
    const text = textOf(name);
    if (text === '') {
      if (column.needed) line.refuse(name, { zh: '不能为空', en: 'it must not be empty' });
      else line.values[name] = null as R[typeof name];
      continue;
    }
    const value = column.read(text, reading.city);
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
