import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImportFailure } from '../../../db/import/failure.ts';
import { csv, type FreshCity, faults, freshCity, identityOf, sample } from './freshCity.ts';

const elder = identityOf('19400301', 2);
const volunteer = identityOf('19880505', 12);
const other = identityOf('19950909', 13);
const stranger = identityOf('19500505', 900);

const members = (...rows: (string | number)[][]) => csv(['N', 'Name', 'Balance'], ...rows);
const mapping = (...rows: [string, string][]) => csv(['member', 'identity number'], ...rows);
/** Positional: from the organisation to members, in seconds. */
const given = (...rows: [member: string | number, seconds: string | number, at?: string][]) =>
  csv(
    ...rows.map(([member, seconds, at]) => [
      '',
      'organization',
      member,
      'member',
      seconds,
      at ?? '2026-01-02',
      '',
      '',
    ]),
  );

describe('balances of another time bank', () => {
  let city: FreshCity;
  beforeEach(async () => {
    city = await freshCity();
    for (const kind of ['stations', 'people'] as const) await city.import(kind, sample(`${kind}.csv`));
  });
  afterEach(() => city.close());

  const failure = async (importing: Promise<unknown>): Promise<string> => {
    const error = await importing.then(
      () => null,
      (each: ImportFailure) => each,
    );
    return error?.said.en ?? 'no failure';
  };

  it('come in once: the same file adds nothing, a changed amount is refused with its row', async () => {
    const map = mapping(['1', volunteer]);
    const first = { members: members([1, 'ana', 5400]), mapping: map, transfers: given([1, 5400]) };
    expect(await city.importPeer('timeoverflow', first)).toMatchObject({ written: 1 });
    const before = await city.state();
    expect(await city.importPeer('timeoverflow', first)).toMatchObject({ known: 1, written: 0 });
    const later = { members: members([1, 'ana', 6000]), mapping: map, transfers: given([1, 6000]) };
    expect(faults(await city.importPeer('timeoverflow', later))).toEqual([
      '2 Balance: this account was imported with 90 minutes already, now it has 100: what is posted stays; take the line out or correct it',
    ]);
    expect(await city.state()).toEqual(before);
    const elsewhere = await city.importPeer('timeoverflow', first, { exchange: 'south' });
    expect(elsewhere).toMatchObject({ written: 1 });
  });

  it('are not given a second time under another number, nor to another person', async () => {
    const first = {
      members: members([12, 'ana', 600]),
      mapping: mapping(['12', volunteer]),
      transfers: given([12, 600]),
    };
    expect(await city.importPeer('timeoverflow', first)).toMatchObject({ written: 1 });
    const padded = {
      members: members(['012', 'ana', 600]),
      mapping: mapping(['012', volunteer]),
      transfers: given(['012', 600]),
    };
    expect(faults(await city.importPeer('timeoverflow', padded))).toEqual([
      '2 N: this person was given hours of another account of this exchange already: compare line 2 of the mapping',
    ]);
    expect(
      faults(await city.importPeer('timeoverflow', { ...first, mapping: mapping(['12', elder]) })),
    ).toEqual(['2 N: this account was imported for another person already: compare line 2 of the mapping']);
    const upper = await city.importPeer('timeoverflow', first, { exchange: 'NORTH' });
    expect(upper).toMatchObject({ known: 1, written: 0 });
  });

  it('are refused where the transfers say something else, and the difference is named', async () => {
    const files = {
      members: members([1, 'ana', 5400], [2, 'bea', 600]),
      mapping: mapping(['1', volunteer], ['2', elder]),
      transfers: given([1, 3600], [1, 2400], [2, 600]),
    };
    const result = await city.importPeer('timeoverflow', files);
    expect(faults(result)).toEqual([
      '2 Balance: the balance is 1:30, the transfers give 1:40, the difference is -0:10: export both on one day, or correct it there',
    ]);
    expect(result).toMatchObject({ fresh: 1, written: 0 });
    expect(result.bad[0]?.value).toBe('5400');
    expect(result.sums[0]?.en).toContain(
      'before 1:40 of 2 members = after 1:40: to persons 0:10 + refused 1:30',
    );
    expect(await city.importPeer('timeoverflow', files, { skipBad: true })).toMatchObject({ written: 1 });
  });

  it('in another unit than the transfers are refused, and the units are named', async () => {
    const inMinutes = {
      members: members([1, 'ana', 5400]),
      mapping: mapping(['1', volunteer]),
      transfers: given([1, 90]),
    };
    expect(faults(await city.importPeer('timeoverflow', inMinutes))[0]).toContain(
      '60 times apart: their units differ (seconds and minutes, or minutes and hours)',
    );
    const inHours = { ...inMinutes, members: members([1, 'ana', '1:30']), transfers: given([1, '1.5']) };
    expect(faults(await city.importPeer('timeoverflow', inHours))).toEqual([
      'transfers 1 amount: the unit is the second: a whole number, such as 5400 for an hour and a half; 1.5 or 1:30 is another unit',
      '2 Balance: the unit is the second: a whole number, such as 5400 for an hour and a half; 1.5 or 1:30 is another unit',
    ]);
  });

  it('are as of a day: later transfers do not count', async () => {
    const files = {
      members: members([1, 'ana', 600]),
      mapping: mapping(['1', volunteer]),
      transfers: given([1, 600, '2026-03-31 15:59:59 UTC'], [1, 60, '2026-03-31 16:00:00 UTC']),
    };
    const result = await city.importPeer('timeoverflow', files, { dryRun: true });
    expect(faults(result)).toEqual([]);
    expect(result.sums[1]?.en).toMatch(/; 1 after that day are not counted$/);
    expect(
      faults(await city.importPeer('timeoverflow', files, { asOf: '2026-04-01', dryRun: true }))[0],
    ).toContain('the difference is -0:01');
  });

  it('go to a person only by a line of the mapping, and nobody is invented', async () => {
    const before = await city.state();
    const names = [
      'none',
      'stranger',
      'twice',
      'other name',
      'same',
      'same again',
      'incomplete',
      'nothing there',
    ];
    const files = {
      members: members(...names.map((name, i) => [i + 1, name, i === 7 ? 0 : 60])),
      transfers: given(...names.slice(0, 7).map((_, i): [number, number] => [i + 1, 60])),
      mapping: csv(
        ['member', 'identity number', 'phone', 'community code', 'name', 'birth date'],
        ['2', stranger, '', '', '', ''],
        ['3', '', '15400000004', '', '', ''],
        ['4', volunteer, '', '', '示例甲', ''],
        ['same', other, '', '', '', ''],
        ['6', other, '', '', '', ''],
        ['7', '', '', '320102002001', '示例丁', ''],
      ),
    };
    await city.sql`update persons set phone_digest = (select phone_digest from persons where name = '示例丁') where name = '示例乙'`;
    expect(faults(await city.importPeer('timeoverflow', files))).toEqual([
      'mapping 7 identity number: give an identity number, or a phone, or community code, name and date of birth together',
      '2 N: the mapping has no line for this member: add one with the identity number, the phone, or community code, name and date of birth',
      '3 N: line 2 of the mapping: nobody in the city has this identity number: import people first',
      '4 N: line 3 of the mapping: more than one person has this phone: give the identity number',
      '5 N: line 4 of the mapping: the person with this identity number has another name: compare them',
      '7 N: mapped to the same person as line 6: compare line 6 of the mapping',
      '8 N: line 7 of the mapping: it has an error: correct it first',
    ]);
    expect(await city.state()).toEqual(before);
  });

  it('come with transfers as TimeOverflow reports them, in any of its languages', async () => {
    const files = {
      members: csv(['N', 'Nombre', 'Correo', 'Balance'], [1, 'ana (la alta)', 'a@example.org', 5400]),
      mapping: mapping(['ana (la alta)', volunteer]),
      transfers: csv(
        ['Fecha', 'Origen', 'Destino', 'Anuncio', 'Cantidad'],
        ['2024-03-02 10:00:00 +0100', 'Banc del Temps', 'ana (la alta) (1)', '', '2:00'],
        ['2024-03-03 10:00:00 +0100', 'ana (la alta) (1)', 'El usuario ya no existe', 'Paseo', '0:30'],
      ),
    };
    expect(await city.importPeer('timeoverflow', files)).toMatchObject({ bad: [], written: 1 });
  });

  it('of hOurworld are proved by what was earned and spent, or by the exchanges, and carry no name into the ledger', async () => {
    const header = ['Member Name', 'Hours Earned', 'Hours Spent', 'Balance', 'Date'];
    const map = mapping(['Grace  HALE', elder], ['tom rudd', volunteer]);
    const wrong = csv(
      header,
      ['Grace Hale', '12.5', '2.5', '10.5', '2026-03-31'],
      ['Tom Rudd', '', '', '2', '2026-04-02'],
    );
    expect(faults(await city.importPeer('hourworld', { members: wrong, mapping: map }))).toEqual([
      '2 Balance: the balance is 10:30, earned less spent give 10:00, the difference is 0:30: export both on one day, or correct it there',
      '3 Date: after 2026-03-31: say the day of the balances with --as-of',
      '3 Balance: nothing proves it: give hours earned and spent, or the exchanges with --transfers',
    ]);
    const plain = csv(['member', 'balance'], ['Grace Hale', '1.5'], ['Tom Rudd', '-1.5']);
    const exchanges = csv(
      ['Provider', 'Recipient', 'Hours', 'Service date', 'Category'],
      ['grace hale', 'Tom Rudd', '1.5', '3/1/2026', 'Music'],
    );
    const files = { members: plain, mapping: map, transfers: exchanges };
    expect(await city.importPeer('hourworld', files, { negative: 'skip' })).toMatchObject({
      bad: [],
      written: 1,
    });
    expect(await city.importPeer('hourworld', files, { negative: 'skip' })).toMatchObject({
      known: 1,
      written: 0,
    });
    const [row] = await city.sql`select idempotency_key as key from transfers where cause = 'import'`;
    expect(row?.key).toMatch(/^import:hourworld:north:[0-9a-f]{32}$/);
  });

  it('of one member twice in a file are refused', async () => {
    const files = {
      members: csv(
        ['Member #', 'Member Name', 'Earned', 'Spent', 'Balance'],
        [7, 'Ada', 1, 0, 1],
        [7, 'Ada L.', 1, 0, 1],
      ),
      mapping: mapping(['7', elder]),
    };
    expect(faults(await city.importPeer('hourworld', files))).toEqual([
      '3 Member #: the same member as on line 2; it may stand once in a file',
    ]);
  });

  it('of which nothing proves them, or with files that are something else, are refused whole', async () => {
    const files = { members: members([1, 'ana', 60]), mapping: mapping(['1', elder]) };
    expect(await failure(city.importPeer('timeoverflow', files))).toContain(
      '--transfers: balances of TimeOverflow are proved',
    );
    expect(await failure(city.importPeer('timeoverflow', { ...files, transfers: files.members }))).toBe(
      '--transfers: These are no transfers as TimeOverflow exports them; it must have the columns source_type, destination_type, amount; or Date, From, To, Quantity',
    );
    expect(
      await failure(
        city.importPeer('timeoverflow', { ...files, mapping: files.members, transfers: given([1, 60]) }),
      ),
    ).toContain('--mapping: Unknown columns: “Balance”');
  });

  it('come with transfers of any number, which are read piece by piece', async () => {
    const [pieces, rows] = [400, 500];
    let handed = 0;
    let whenFirstSummed = 0;
    function* transfers() {
      for (handed = 0; handed < pieces; handed++)
        yield Buffer.from(',organization,1,member,60,2026-01-02,"ward, visit",\n'.repeat(rows));
    }
    const result = await city.importPeer(
      'timeoverflow',
      { members: members([1, 'ana', pieces * rows * 60]), mapping: mapping(['1', volunteer]), transfers },
      {
        dryRun: true,
        progress: (pass) => {
          if (pass === 'compare') whenFirstSummed ||= handed;
        },
      },
    );
    expect(whenFirstSummed).toBeGreaterThan(0);
    expect(whenFirstSummed).toBeLessThan(pieces / 2);
    expect(result).toMatchObject({ bad: [], fresh: 1 });
    expect(result.sums[1]?.en).toContain(`Transfers: ${pieces * rows} of 3333:20 prove 1 of 1 balances`);
  });
});
