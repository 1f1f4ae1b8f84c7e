/** Proofs from the stored tree (T12): that a transfer is in it, and that a later tree begins with an earlier one. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { rangeHashes } from './nodes.ts';
import { consistencyRanges, inclusionRanges, type LeafRange } from './tree.ts';

/** Which leaf a transfer is; null while it is not sealed. */
export async function positionOf(db: Database | Tx, transferId: string): Promise<number | null> {
  const [row] = await db.execute<{ position: string | number }>(
    sql`select position from tree_leaves where transfer_id = ${transferId}::uuid`,
  );
  return row ? Number(row.position) : null;
}

/** The hashes (hexadecimal) that prove leaf `position` in the tree of a size; RFC 9162, 2.1.3. */
export function inclusionProof(db: Database | Tx, position: number, size: number): Promise<string[]> {
  return hexadecimal(db, inclusionRanges(position, size));
}

/** The hashes (hexadecimal) that prove that the tree of size `to` begins with that of size `from`; RFC 9162, 2.1.4. */
export function consistencyProof(db: Database | Tx, from: number, to: number): Promise<string[]> {
  return hexadecimal(db, consistencyRanges(from, to));
}

async function hexadecimal(db: Database | Tx, ranges: readonly LeafRange[]): Promise<string[]> {
  return (await rangeHashes(db, ranges)).map((hash) => hash.toString('hex'));
}
