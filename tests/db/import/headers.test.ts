import { describe, expect, it } from 'vitest';
import { openText } from '../../../db/import/decode.ts';
import { kindNames, kinds } from '../../../db/import/kinds.ts';
import { openTable } from '../../../db/import/table.ts';
import { csv } from './freshCity.ts';

describe.each(kindNames)('the columns of %s', (kind) => {
  const columns = Object.entries(kinds[kind].columns);

  it('are found by each of their headers, in any case and with full-width letters', async () => {
    for (const [name, { zh, en, also }] of columns)
      for (const header of [zh, en, ...also, en.toUpperCase(), en.replaceAll(' ', '_'), wide(en)]) {
        const others = columns.flatMap(([other, column]) => (other === name ? [] : column.zh));
        const file = Buffer.from(csv([header, ...others]));
        const text = await openText(() => [file]);
        const table = await openTable(text, kinds[kind].columns);
        expect([header, table.order[0]]).toEqual([header, name]);
      }
  });
});

/** Letters as a Chinese keyboard may write them. */
const wide = (text: string): string =>
  text.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
