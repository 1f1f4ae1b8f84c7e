import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readArguments } from '../../../db/import/arguments.ts';
import type { ImportFailure } from '../../../db/import/failure.ts';
import { csv, type FreshCity, freshCity, runImport, sample } from './freshCity.ts';

const samples = 'db/import/samples';
const timeoverflow = [
  'timeoverflow',
  `${samples}/timeoverflow-members.csv`,
  '--exchange',
  'north',
  '--mapping',
  `${samples}/timeoverflow-mapping.csv`,
  '--transfers',
  `${samples}/timeoverflow-transfers.csv`,
  '--as-of',
  '2026-03-31',
];

describe('npm run import for other time banks', () => {
  let city: FreshCity;
  const folder = mkdtempSync(path.join(tmpdir(), 'huzhu-import-'));
  beforeAll(async () => {
    city = await freshCity();
    for (const kind of ['stations', 'people'] as const) await city.import(kind, sample(`${kind}.csv`));
  });
  afterAll(async () => {
    await city.close();
    rmSync(folder, { recursive: true });
  });

  it('prints the same sums in a dry run as when it writes', async () => {
    const dry = await runImport(city, folder, [...timeoverflow, '--negative', 'skip', '--dry-run']);
    const wet = await runImport(city, folder, [...timeoverflow, '--negative', 'skip']);
    expect([dry.code, wet.code]).toEqual([0, 0]);
    expect(dry.err).toBe('line 4, Balance: 1:00 below zero, left out\n');
    expect(wet.err).toBe(dry.err);
    const [checked, done] = [dry.out, wet.out].map((out) => out.trim().split('\n'));
    expect(done?.slice(0, -1)).toEqual(checked?.slice(0, -1));
    expect(checked).toEqual([
      'Balances (as of 2026-03-31, h:mm): before 2:30:30 of 4 members = after 2:30:30: to persons 3:30 + below zero, left out -1:00 + no whole minute 0:00:30',
      expect.stringMatching(/^Transfers: 5 of 3:50:30 prove 4 of 4 balances; /),
      'Ledger: for these the fund issues 3:30, and persons and pools hold 3:30 more',
      '4 lines: 2 new, 0 already there, 2 with nothing to bring in, 0 bad. Checked only, nothing was written.',
    ]);
    expect(done?.at(-1)).toContain('2 were written.');
  });

  it('writes a list of errors of all its files, row by row, with what is personal masked', async () => {
    const members = path.join(folder, 'members.csv');
    const mapping = path.join(folder, 'mapping.csv');
    const errors = path.join(folder, 'errors.csv');
    writeFileSync(members, csv(['N', 'Name', 'Balance'], ['ana@example.org', 'ana', 60], [2, 'bea', 90]));
    writeFileSync(mapping, csv(['member', 'phone'], ['2', '1540000000']));
    const asked = [
      'timeoverflow',
      members,
      ...timeoverflow.slice(2),
      '--mapping',
      mapping,
      '--errors',
      errors,
    ];
    const { out, err, code } = await runImport(city, folder, asked);
    expect(code).toBe(1);
    expect(out).toContain(
      '2 lines: 0 new, 0 already there, 2 bad. 1 bad lines in the other files. Nothing was written',
    );
    const written = readFileSync(errors, 'utf8').split('\r\n').slice(0, -1);
    expect(written).toEqual([
      '\ufeff"file","line","column","value","reason"',
      expect.stringMatching(/^"mapping","2","phone","1\*\*\*","a mobile number of 11 digits/),
      expect.stringMatching(/^"file","2","N","a\*\*\*","1 to 60 letters/),
      expect.stringMatching(
        /^"file","3","Balance","90","the balance is 0:01:30, the transfers give 2:00:30, /,
      ),
    ]);
    expect(err).toContain('mapping, line 2, phone: ');
    expect(err + out + written.join()).not.toMatch(/example\.org|154000/);
  });

  it('never writes its list of errors over a file it reads', async () => {
    const mapping = path.join(folder, 'kept.csv');
    writeFileSync(mapping, 'member,phone\n');
    const { err, code } = await runImport(city, folder, [
      ...timeoverflow,
      '--mapping',
      mapping,
      '--errors',
      mapping,
    ]);
    expect({ err, code }).toEqual({
      err: '--errors must be another file than the one to import.\n',
      code: 1,
    });
    expect(readFileSync(mapping, 'utf8')).toBe('member,phone\n');
  });

  const komunitin = [
    'komunitin',
    'accounts.csv',
    '--exchange',
    'NET1',
    '--mapping',
    'm.csv',
    '--transfers',
    't.csv',
  ];
  it.each([
    [komunitin, '--minutes-per-unit: Komunitin counts in the exchange’s own currency'],
    [[...komunitin, '--minutes-per-unit', '1h'], '--minutes-per-unit must be minutes from 0.01 to 10000'],
    [[...timeoverflow, '--minutes-per-unit', '60'], 'the unit of timeoverflow is the second'],
    [['hourworld', 'b.csv', '--mapping', 'm.csv'], '--exchange: give a code of that time bank'],
    [
      ['hourworld', 'b.csv', '--exchange', 'a b', '--mapping', 'm.csv'],
      '--exchange: give a code of that time bank',
    ],
    [['hourworld', 'b.csv', '--exchange', 'x'], '--mapping: give the file that maps members'],
    [[...timeoverflow, '--as-of', '2026-02-30'], '--as-of must be a day up to today'],
    [[...timeoverflow, '--as-of', '2999-01-01'], '--as-of must be a day up to today'],
    [[...timeoverflow, '--negative', 'mint'], '--negative must be skip or pool'],
    [['people', 'p.csv', '--exchange', 'x'], '--exchange is for files of other time banks only'],
  ])('names what is wrong or missing in %j', (args, said) => {
    let message = '';
    try {
      readArguments(args, 'en');
    } catch (error) {
      message = (error as ImportFailure).said.en;
    }
    expect(message).toContain(said);
  });

  it('lists the headers of all files of a peer', () => {
    const { help } = readArguments(['komunitin', '--help'], 'en') as { help: string };
    for (const header of ['*code', '*balance', '*payer.code', 'identity number', 'birth date'])
      expect(help).toContain(header);
  });
});
