/** The stored nodes of the ledger's tree: read by their address, so a proof costs as many rows as it has hashes. */
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { coverOf, type Edge, hashesOf, type LeafRange, type TreeNode } from './tree.ts';

/** The hash of each range of leaves. Throws when the tree has not grown that far. */
export async function rangeHashes(db: Database | Tx, ranges: readonly LeafRange[]): Promise<Buffer[]> {
  return hashesOf(ranges, await nodesOver(db, ranges));
}

/** The right side of the tree of a size, to go on from there. */
export async function edgeOf(db: Database | Tx, size: number): Promise<Edge> {
  const edge: Edge = { size, peaks: [] };
  const whole = { start: 0, end: size };
  const cover = coverOf(whole);
  const hashes = await rangeHashes(
    db,
    cover.map(({ level, position }) => {
      const start = position * 2 ** level;
      return { start, end: start + 2 ** level };
    }),
  );
  for (const [i, { level }] of cover.entries()) edge.peaks[level] = hashes[i];
  return edge;
}

async function nodesOver(db: Database | Tx, ranges: readonly LeafRange[]): Promise<TreeNode[]> {
  const addresses = ranges.flatMap(coverOf);
  if (addresses.length === 0) return [];
  const rows = await db.execute<{ level: number; position: string | number; hash: Uint8Array }>(sql`
    select n.level, n.position, n.hash
    from jsonb_to_recordset(${JSON.stringify(addresses)}::jsonb) as a(level smallint, position bigint)
    cross join lateral (
      select level, position, hash from tree_nodes where level = a.level and position = a.position) as n`);
  return rows.map((row) => ({
    level: row.level,
    position: Number(row.position),
    hash: Buffer.from(row.hash),
  }));
}
