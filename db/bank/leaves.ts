/** Leaves of the tree beside the transfers they were made of, in leaf order. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { type SealedTransfer, type TransferRow, transferColumns, transferOf } from './leaf.ts';

export interface Leaf {
  position: number;
  transferId: string;
  /** As it was sealed. */
  hash: Buffer;
  /** As the ledger has it now; null where the row is gone. */
  transfer: SealedTransfer | null;
}

type LeafRow = { position: string | number; transfer_id: string; hash: Uint8Array } & (
  | TransferRow
  | { id: null }
);

/** Leaves from `start`, before `end`. */
export async function leavesBetween(db: Database | Tx, start: number, end: number): Promise<Leaf[]> {
  const rows = await db.execute<LeafRow>(sql`
    select l.position, l.transfer_id, n.hash, t.*
    from tree_leaves l
    join tree_nodes n on n.level = 0 and n.position = l.position
    left join lateral (select ${transferColumns} from transfers where id = l.transfer_id limit 1) as t on true
    where l.position >= ${start} and l.position < ${end} order by l.position`);
  return rows.map((row) => ({
    position: Number(row.position),
    transferId: row.transfer_id,
    hash: Buffer.from(row.hash),
    transfer: row.id === null ? null : transferOf(row),
  }));
}
