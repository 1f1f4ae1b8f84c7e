/**
 * The whole ledger as a file for `npm run verify`: JSON lines in leaf order. The first line says which leaves follow and,
 * where they do not begin with the first, the peaks of the tree before them, so that all later heads can be recomputed.
 * Then come the public keys, and the leaves, each head right after the last leaf it covers.
 */
import type { Database } from '../connect/database.ts';
import { headsBetween, latestHead, type TreeHead } from './heads.ts';
import { leafFields } from './leaf.ts';
import { type Leaf, leavesBetween } from './leaves.ts';
import { edgeOf } from './nodes.ts';
import { publicKeys } from './signing.ts';

const PAGE = 1_000;

const line = (value: object): string => `${JSON.stringify(value)}\n`;

/** The file from leaf `from` to the newest head, piece by piece; holds one page of leaves at a time. */
export async function* ledgerFile(db: Database, from: number): AsyncGenerator<string> {
  const size = (await latestHead(db))?.size ?? 0;
  const start = Math.min(from, size);
  const peaks = (await edgeOf(db, start)).peaks.filter((peak) => peak !== undefined).reverse();
  yield line({
    huzhu: 'ledger',
    v: 1,
    from: start,
    size,
    peaks: peaks.map((peak) => peak.toString('hex')),
    fields: leafFields,
  });
  yield (await publicKeys(db)).map((key) => line({ key })).join('');
  for (let page = start; page < size; page += PAGE) {
    const end = Math.min(page + PAGE, size);
    const [leaves, heads] = [await leavesBetween(db, page, end), await headsBetween(db, page, end)];
    yield leavesAndHeads(leaves, heads);
  }
}

function leavesAndHeads(leaves: readonly Leaf[], heads: readonly TreeHead[]): string {
  const after = new Map(heads.map((head) => [head.size, line({ head })]));
  return leaves
    .map(({ position, hash, transfer, transferId }) => {
      const leaf = {
        position,
        leaf: hash.toString('hex'),
        transfer,
        ...(transfer ? {} : { gone: transferId }),
      };
      return line(leaf) + (after.get(position + 1) ?? '');
    })
    .join('');
}
