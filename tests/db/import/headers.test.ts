import { describe, expect, it } from 'vitest';
import type { Sheet } from '../../../db/import/columns.ts';
import { openText } from '../../../db/import/decode.ts';
import { kindNames, kinds } from '../../../db/import/kinds.ts';
import { hourworld } from '../../../db/import/peers/hourworld.ts';
import { komunitin } from '../../../db/import/peers/komunitin.ts';
import { mappingSheet } from '../../../db/import/peers/mapping.ts';
import { HOUR } from '../../../db/import/peers/span.ts';
import { timeoverflow } from '../../../db/import/peers/timeoverflow.ts';
import { openTable } from '../../../db/import/table.ts';
import { csv } from './freshCity.ts';

type AnySheet = Sheet<Record<string, unknown>>;

const sheets: [name: string, sheet: AnySheet][] = [
  ...kindNames.map((name): [string, AnySheet] => [name, kinds[name]]),
  ...[timeoverflow, komunitin(HOUR), hourworld].flatMap((peer): [string, AnySheet][] => [
    [peer.title, { columns: peer.members, once: [] } as unknown as AnySheet],
    ...peer.transfers.map((form, i): [string, AnySheet] => [`${peer.title}, transfers ${i + 1}`, form]),
  ]),
  ['a mapping', mappingSheet as unknown as AnySheet],
];

describe.each(sheets)('the columns of %s', (_, sheet) => {
  const columns = Object.entries(sheet.columns);

  it('are found by each of their headers, in any case and with full-width letters', async () => {
    for (const [name, { zh, en, also }] of columns)
      for (const header of [zh, en, ...also, en.toUpperCase(), en.replaceAll(' ', '_'), wide(en)]) {
        const others = columns.flatMap(([other, column]) => (other === name ? [] : column.zh));
        const file = Buffer.from(csv([header, ...others]));
        const text = await openText(() => [file]);
        const table = await openTable(text, sheet);
        expect([header, table.order[0]]).toEqual([header, name]);
      }
  });
});

/** Letters as a Chinese keyboard may write them. */
const wide = (text: string): string =>
  text.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
