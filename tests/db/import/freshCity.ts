/** A city as `npm start` lays its ground, with nobody in it, and files to import into it. */
import { spawn } from 'node:child_process';
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
import { type AnyKind, type KindName, kinds } from '../../../db/import/kinds.ts';
import { hourworld } from '../../../db/import/peers/hourworld.ts';
import { komunitin } from '../../../db/import/peers/komunitin.ts';
import type { PeerName } from '../../../db/import/peers/peer.ts';
import { type PeerSettings, peerKind } from '../../../db/import/peers/peerKind.ts';
import { HOUR } from '../../../db/import/peers/span.ts';
import { timeoverflow } from '../../../db/import/peers/timeoverflow.ts';
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

type File = string | Uint8Array | Source;

export interface FreshCity extends TestDatabase {
  import(kind: KindName, file: File, options?: Partial<ImportOptions>): Promise<ImportResult>;
  /** Balances of another time bank, of the exchange `north` as of 2026-03-31 where nothing else is said. */
  importPeer(
    peer: PeerName,
    files: { members: File; mapping: File; transfers?: File },
    options?: Partial<ImportOptions & Pick<PeerSettings, 'exchange' | 'asOf' | 'negative'>>,
  ): Promise<ImportResult>;
  /** Rows of every table an import may write, and the sums of the ledger. */
  state(): Promise<Record<string, number>>;
}

const peers = { timeoverflow, komunitin: komunitin(HOUR), hourworld };

function sourceOf(file: File): Source {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  return typeof bytes === 'function' ? bytes : () => [bytes];
}

export async function freshCity(): Promise<FreshCity> {
  const open = await testDatabase(template);
  const importAs = (kind: AnyKind, file: File, options: Partial<ImportOptions>) => {
    const act: Act = { actorId: 'import', role: 'system', onBehalfOf: null, at: new Date() };
    return importFile(open.db, act, kind, sourceOf(file), { skipBad: false, dryRun: false, ...options });
  };
  return {
    ...open,
    import: (kind, file, options = {}) => importAs(kinds[kind], file, options),
    importPeer: (peer, files, options = {}) => {
      const kind = peerKind(peers[peer], {
        exchange: options.exchange ?? 'north',
        mapping: sourceOf(files.mapping),
        transfers: files.transfers === undefined ? null : sourceOf(files.transfers),
        asOf: options.asOf ?? '2026-03-31',
        negative: options.negative ?? null,
      });
      return importAs(kind as unknown as AnyKind, files.members, options);
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
  'transfer_keys',
  'entries',
  'holds',
  'orders',
  'order_history',
  'audit',
  'users',
] as const;

/** `npm run import` on a city, with its state in a folder; what it said and how it ended. */
export function runImport(
  city: FreshCity,
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ out: string; err: string; code: number | null }> {
  const child = spawn('node_modules/.bin/tsx', ['db/import/main.ts', ...args], {
    cwd: projectDir,
    env: {
      PATH: process.env.PATH,
      LANG: 'en_US.UTF-8',
      DATABASE_URL: city.url,
      HUZHU_DATA_KEY: city.config.dataKey,
      AUTH_SECRET: city.config.authSecret,
      HUZHU_STATE_DIR: path.join(folder, 'state'),
      ...env,
    },
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => {
    said.out += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    said.err += data;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ ...said, code }));
  });
}

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

/** What is wrong: line, column and the English reason; the file where it is not the one imported. */
export const faults = ({ bad }: Pick<ImportResult, 'bad'>): string[] =>
  bad.map(
    ({ file, line, column, reason }) =>
      `${file === null ? '' : `${file} `}${line} ${column?.en ?? '-'}: ${reason.en}`,
  );

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
