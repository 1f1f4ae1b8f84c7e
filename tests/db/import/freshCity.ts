/** A city as `npm start` lays its ground, with nobody in it, and files to import into it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { ledgerTotals } from '../../../db/bank/balances.ts';
import { openCityAccounts } from '../../../db/bank/post.ts';
import type { Act } from '../../../db/connect/act.ts';
import { projectDir } from '../../../db/connect/config.ts';
import { openDatabase } from '../../../db/connect/database.ts';
import { useDataKey } from '../../../db/connect/seal.ts';
import { openText, type Source } from '../../../db/import/decode.ts';
import { type ImportOptions, type ImportResult, importFile } from '../../../db/import/importFile.ts';
import { type KindName, kinds } from '../../../db/import/kinds.ts';
import { loadAreas } from '../../../db/people/areas.ts';
import { nanjingAreas } from '../../../db/people/divisions.ts';
import { identityCheck } from '../../../db/people/identity.ts';
import { publishPolicies } from '../../../db/services/policies.ts';
import { type TestDatabase, templateWith, testDatabase } from '../../support/database.ts';

const template = templateWith('freshcity', async (config) => {
  useDataKey(config.dataKey);
  const open = openDatabase(config, 'test template');
  const act: Act = {
    actorId: 'test:city',
    role: 'system',
    onBehalfOf: null,
    at: new Date(Date.now() - 60_000),
  };
  const areas = nanjingAreas();
  await open.db.transaction(async (tx) => {
    await loadAreas(tx, areas);
    await publishPolicies(tx, act, act.at);
    await openCityAccounts(
      tx,
      act,
      areas.filter((area) => area.level === 'district').map((area) => area.code),
    );
  });
  await open.close();
});

export interface FreshCity extends TestDatabase {
  import(
    kind: KindName,
    file: string | Uint8Array | Source,
    options?: Partial<ImportOptions>,
  ): Promise<ImportResult>;
  /** Rows of every table an import may write, and the sums of the ledger. */
  state(): Promise<Record<string, number>>;
}

export async function freshCity(): Promise<FreshCity> {
  const open = await testDatabase(template);
  return {
    ...open,
    import: (kind, file, options = {}) => {
      const act: Act = { actorId: 'import', role: 'system', onBehalfOf: null, at: new Date() };
      const bytes = typeof file === 'string' ? Buffer.from(file) : file;
      const source = typeof bytes === 'function' ? bytes : () => [bytes];
      return importFile(open.db, act, kinds[kind], source, {
        skipBad: false,
        dryRun: false,
        ...options,
      });
    },
    async state() {
      const state: Record<string, number> = {};
      for (const table of tables) {
        const [row] = await open.sql<{ n: number }[]>`select count(*)::int as n from ${open.sql(table)}`;
        state[table] = row?.n ?? 0;
      }
      for (const { currency, kind, total } of (await ledgerTotals(open.db)).items)
        state[`${kind} ${currency}`] = total;
      return state;
    },
  };
}

const tables = [
  'persons',
  'elders',
  'volunteers',
  'providers',
  'carers',
  'shifts',
  'stations',
  'accounts',
  'transfers',
  'entries',
  'holds',
  'orders',
  'order_history',
  'audit',
  'users',
] as const;

/** A sample that is shipped. */
export const sample = (name: string): Buffer =>
  readFileSync(path.join(projectDir, 'db/import/samples', name));

/** The whole text of a file that comes in pieces of so many bytes. */
export async function textOf(bytes: Uint8Array, size = bytes.length): Promise<string> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  const file = await openText(() => pieces);
  let text = '';
  for await (const piece of file.pieces()) text += piece;
  expect(file.lines).toBe(text.split('\n').length);
  return text;
}

/** A valid identity number; its first digits name no division, so it is nobody's. */
export function identityOf(birth: string, sequence: number): string {
  const first17 = `990101${birth}${String(sequence).padStart(3, '0')}`;
  return first17 + identityCheck(first17);
}

/** Lines as CSV. */
export const csv = (...rows: readonly (readonly (string | number)[])[]): string =>
  rows
    .map((row) => row.map((value) => (/[",\n]/.test(String(value)) ? `"${value}"` : value)).join(','))
    .join('\n');

/** What is wrong: line, column and the English reason. */
export const faults = (result: ImportResult): string[] =>
  result.bad.map(({ line, column, reason }) => `${line} ${column?.en ?? '-'}: ${reason.en}`);

/** A text in GBK: the decoder's own table read backwards. */
export function inGbk(text: string): Buffer {
  const decoder = new TextDecoder('gbk');
  const pairs = new Map<string, [number, number]>();
  for (let first = 0x81; first <= 0xfe; first++)
    for (let second = 0x40; second <= 0xfe; second++)
      pairs.set(decoder.decode(Uint8Array.of(first, second)), [first, second]);
  return Buffer.from(
    [...text].flatMap((letter) => (letter < '\x80' ? [letter.charCodeAt(0)] : (pairs.get(letter) ?? []))),
  );
}
