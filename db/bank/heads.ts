/** Signed tree heads (T12): the ledger as it was after so many transfers, for everybody to keep and compare. */
import { sign } from 'node:crypto';
import { and, desc, eq, gt, gte, lte, type SQL, sql } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { treeHeads } from './proof.schema.ts';
import { signingKey } from './signing.ts';

export interface TreeHead {
  /** Leaves in the tree. */
  size: number;
  /** Hexadecimal. */
  root: string;
  at: Date;
  keyId: string;
  /** Ed25519 over `headBytes`, base64. */
  signature: string;
}

/** What a head's signature is over: six lines, each but the last with a line feed after it. */
export const headBytes = (head: Omit<TreeHead, 'signature'>): Buffer =>
  Buffer.from(
    `huzhu-tree-head\nv1\n${head.size}\n${head.root}\n${head.at.toISOString()}\n${head.keyId}`,
    'utf8',
  );

const headOf = (row: typeof treeHeads.$inferSelect): TreeHead => ({
  ...row,
  root: Buffer.from(row.root).toString('hex'),
  signature: Buffer.from(row.signature).toString('base64'),
});

async function heads(db: Database | Tx, which: SQL | undefined, order: SQL, limit: number) {
  const rows = await db.select().from(treeHeads).where(which).orderBy(order).limit(limit);
  return rows.map(headOf);
}

/** The newest head; null before the first. */
export async function latestHead(db: Database | Tx): Promise<TreeHead | null> {
  return (await heads(db, undefined, desc(treeHeads.size), 1))[0] ?? null;
}

/** The head of a size; null where none was published. */
export async function headOfSize(db: Database | Tx, size: number): Promise<TreeHead | null> {
  return (await heads(db, eq(treeHeads.size, size), desc(treeHeads.size), 1))[0] ?? null;
}

/** Heads, newest first, below a size. */
export function headsBelow(db: Database | Tx, below: number | null, limit: number): Promise<TreeHead[]> {
  return heads(
    db,
    below === null ? undefined : sql`${treeHeads.size} < ${below}`,
    desc(treeHeads.size),
    limit,
  );
}

/** Heads of more than `above` leaves and at most `size`, smallest first. */
export function headsBetween(db: Database | Tx, above: number, size: number): Promise<TreeHead[]> {
  const which = and(gt(treeHeads.size, above), lte(treeHeads.size, size));
  return heads(db, which, sql`${treeHeads.size}`, size - above);
}

/** The smallest head that has a leaf; null while it has none. */
export async function firstHeadWith(db: Database | Tx, position: number): Promise<TreeHead | null> {
  return (await heads(db, gte(treeHeads.size, position + 1), sql`${treeHeads.size}`, 1))[0] ?? null;
}

/** Signs and publishes a head; its instant is never before that of the head before. */
export async function publishHead(tx: Tx, act: Act, size: number, root: Uint8Array): Promise<TreeHead> {
  const [before, key] = [await latestHead(tx), await signingKey(tx, act)];
  const at = new Date(Math.max(act.at.getTime(), before?.at.getTime() ?? 0, key.createdAt.getTime()));
  const head = { size, root: Buffer.from(root).toString('hex'), at, keyId: key.keyId };
  const signature = sign(null, headBytes(head), key.privateKey);
  await tx.insert(treeHeads).values({ ...head, root, signature });
  return { ...head, signature: signature.toString('base64') };
}
