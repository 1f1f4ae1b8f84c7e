/**
 * A CSV file as a table: the header matched with the columns of its kind in any order, and the records with the
 * physical line on which each begins.
 */
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { Column, Said, Sheet } from './columns.ts';
import type { TextFile } from './decode.ts';
import { ImportFailure } from './failure.ts';

export interface RawRecord {
  /** The physical line on which it begins, from 1. */
  number: number;
  /** Where its last line ends in the file, as a share of 1. */
  share: number;
  fields: string[];
}

export interface Table<R> {
  /** The column of each field, as the file orders them; null where it is passed over. */
  order: ((keyof R & string) | null)[];
  /** Headers as they stand in the file, by column; none where the file has no header. */
  headers: Map<keyof R & string, string>;
  records: AsyncIterable<RawRecord>;
}

/** Opens a text as a table. Throws `ImportFailure` when its header or its quotes are wrong. */
export async function openTable<R>(text: TextFile, sheet: Sheet<R>): Promise<Table<R>> {
  const records = readRecords(text);
  const first = await records.next();
  if (first.done)
    throw new ImportFailure(
      '文件是空的；第一行应为表头。',
      'The file is empty; its first line must be the header.',
    );
  const { fields } = first.value;
  if (!sheet.isData?.(fields)) return { ...matchHeader<R>(fields, sheet), records };
  const order = (Object.keys(sheet.columns) as (keyof R & string)[]).slice(0, fields.length);
  return { order, headers: new Map(), records: startingWith(first.value, records) };
}

/** The fields of the first record of a text; none when it is empty. */
export async function firstFields(text: TextFile): Promise<string[]> {
  for await (const { fields } of readRecords(text)) return fields;
  return [];
}

async function* startingWith(first: RawRecord, rest: AsyncIterable<RawRecord>): AsyncGenerator<RawRecord> {
  yield first;
  yield* rest;
}

async function* readRecords({ lines, pieces }: TextFile): AsyncGenerator<RawRecord, void> {
  /** The last line of the record parsed last; it may not have been handed out yet. */
  let parsed = 0;
  /** The last lines of the records that are yet to be handed out. */
  const ends: number[] = [];
  const parser = parse({
    relax_column_count: true,
    record_delimiter: '\n',
    on_record(fields, context) {
      parsed = context.lines;
      ends.push(parsed);
      return fields;
    },
  });
  const source = Readable.from(pieces(), { objectMode: false });
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let before = 0;
  try {
    for await (const fields of parser as AsyncIterable<string[]>) {
      const number = before + 1;
      before = ends.shift() as number;
      if (fields.some((field) => field.trim() !== '')) yield { number, share: before / lines, fields };
    }
  } catch (error) {
    if (error instanceof CsvError) throw brokenQuotes(parsed + 1);
    throw error;
  } finally {
    source.destroy();
  }
}

function brokenQuotes(number: number): ImportFailure {
  return new ImportFailure(
    `从第 ${number} 行开始的记录引号不成对：含引号的内容应整体放在双引号中，内部的引号写两次。`,
    `The quotes of the record that begins on line ${number} do not match: a value with a quote stands in double quotes, and its own quotes are written twice.`,
  );
}

/** Headers are compared without case, spaces, `_` and `-`. */
const plain = (header: string): string =>
  header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]/g, '');

/** Whether a header has all the columns that a sheet needs. */
export function fitsHeader<R>(header: readonly string[], sheet: Sheet<R>): boolean {
  const has = new Set(header.map(plain));
  return Object.values<Column<unknown>>(sheet.columns).every(
    ({ zh, en, also, needed }) => !needed || [zh, en, ...also].some((each) => has.has(plain(each))),
  );
}

function matchHeader<R>(
  header: readonly string[],
  { columns, hasOthers = false }: Sheet<R>,
): Omit<Table<R>, 'records'> {
  const names = Object.keys(columns) as (keyof R & string)[];
  const byHeader = new Map(
    names.flatMap((name) =>
      [columns[name].zh, columns[name].en, ...columns[name].also].map((h) => [plain(h), name]),
    ),
  );
  const order = header.map((text) => byHeader.get(plain(text)) ?? null);
  const unknown = header.flatMap((text, i) => (order[i] || hasOthers ? [] : [shown(text, i)]));
  const twice = header.flatMap((text, i) =>
    order[i] && order.indexOf(order[i]) < i ? [shown(text, i)] : [],
  );
  const missing = names
    .filter((name) => columns[name].needed && !order.includes(name))
    .map((name) => columns[name]);
  if (unknown.length + twice.length + missing.length > 0)
    throw wrongHeader(
      unknown,
      twice,
      missing,
      names.map((name) => columns[name]),
      header.map(shown),
    );
  const headers = order.flatMap((name, i) => (name ? [[name, (header[i] as string).trim()] as const] : []));
  return { order, headers: new Map(headers) };
}

/** A header as in the file; where data stands in its place, only which column it is. */
function shown(header: string, i: number): Said {
  const text = header.trim();
  const isData = text === '' || text.length > 40 || /\d{5}/.test(text.normalize('NFKC'));
  return isData ? { zh: `第 ${i + 1} 列`, en: `column ${i + 1}` } : { zh: `“${text}”`, en: `“${text}”` };
}

function wrongHeader(
  unknown: readonly Said[],
  twice: readonly Said[],
  missing: readonly Said[],
  all: readonly (Said & { needed: boolean })[],
  found: readonly Said[],
): ImportFailure {
  const zh = (list: readonly Said[]) => list.map((each) => each.zh).join('、');
  const en = (list: readonly Said[]) => list.map((each) => each.en).join(', ');
  const parts: Said[] = [
    ...(missing.length > 0 ? [{ zh: `缺少列：${zh(missing)}`, en: `Missing columns: ${en(missing)}` }] : []),
    ...(missing.length > 0
      ? [{ zh: `文件中的列：${zh(found)}`, en: `Columns of the file: ${en(found)}` }]
      : []),
    ...(unknown.length > 0
      ? [{ zh: `不认识的列：${zh(unknown)}`, en: `Unknown columns: ${en(unknown)}` }]
      : []),
    ...(twice.length > 0 ? [{ zh: `重复的列：${zh(twice)}`, en: `Columns given twice: ${en(twice)}` }] : []),
    {
      zh: `应有的列：${zh(all.filter((each) => each.needed))}；可选的列：${zh(all.filter((each) => !each.needed)) || '无'}`,
      en: `Expected: ${en(all.filter((each) => each.needed))}; optional: ${en(all.filter((each) => !each.needed)) || 'none'}`,
    },
  ];
  return new ImportFailure(parts.map((each) => each.zh).join('\n'), parts.map((each) => each.en).join('\n'));
}
