/**
 * Sealing (T12): what was posted since the last head becomes leaves of the tree, in the order of their keys, and a new
 * head is signed. All in one transaction: leaves, nodes, head and the end of the wait are there together or not at all.
 */
import { sql } from 'drizzle-orm';
import { takeTurn } from '../audit/occasions.ts';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { insertRows } from '../connect/insertRows.ts';
import { latestHead, publishHead } from './heads.ts';
import { leafText, type TransferRow, transferColumns, transferOf } from './leaf.ts';
import { edgeOf } from './nodes.ts';
import { treeLeaves, treeNodes } from './proof.schema.ts';
import { append, leafHash, rootOf } from './tree.ts';

const BATCH = 10_000;

/** One row of `unsealed`: where it lies, and the transfer that waits. */
type Waiting = { place: string; transfer_id: string };

/**
 * Seals the oldest transfers that wait, at most `most`, and publishes a head over them; returns how many. Does nothing
 * while another worker is at it.
 */
export async function sealTransfers(tx: Tx, act: Act, most: number): Promise<number> {
  if (!(await takeTurn(tx, 'sealing'))) return 0;
  const waiting = await tx.execute<Waiting>(sql`
    select ctid::text as place, transfer_id from unsealed order by transfer_id limit ${most}`);
  if (waiting.length === 0) return 0;
  const before = (await latestHead(tx))?.size ?? 0;
  const edge = await edgeOf(tx, before);
  for (let i = 0; i < waiting.length; i += BATCH) {
    const batch = waiting.slice(i, i + BATCH);
    const rows = await notSealed(tx, batch);
    const leaves = rows.map((row, n) => ({ transferId: row.id, position: edge.size + n }));
    const nodes = rows.flatMap((row) => append(edge, leafHash(leafText(transferOf(row)))));
    await insertRows(tx, treeLeaves, leaves);
    await insertRows(tx, treeNodes, nodes);
    await tx.execute(sql`delete from unsealed where ctid = any(${placesOf(batch)}::tid[])`);
  }
  if (edge.size > before) await publishHead(tx, act, edge.size, rootOf(edge));
  return edge.size - before;
}

/** The transfers of a batch in order; one that is in the tree already is never sealed twice. */
function notSealed(tx: Tx, batch: readonly Waiting[]): Promise<TransferRow[]> {
  const ids = [...new Set(batch.map((row) => row.transfer_id))];
  return tx.execute<TransferRow>(sql`
    select t.* from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) with ordinality as u(id, n)
    cross join lateral (select ${transferColumns} from transfers where id = u.id::uuid limit 1) as t
    where not exists (select from tree_leaves l where l.transfer_id = t.id)
    order by u.n`);
}

const placesOf = (batch: readonly Waiting[]): string => `{${batch.map((row) => `"${row.place}"`).join()}}`;
