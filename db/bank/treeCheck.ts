/**
 * Whether the ledger is still what was sealed (T12): every transfer is hashed anew from its row and compared with its
 * leaf, every published head is recomputed from the leaves and its signature verified, and no transfer is outside both
 * the tree and the wait for it. What was changed behind the back is named.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { headBytes, headsBetween, latestHead, type TreeHead } from './heads.ts';
import { leafText } from './leaf.ts';
import { type Leaf, leavesBetween } from './leaves.ts';
import { publicKeys } from './signing.ts';
import { append, type Edge, leafHash, rootOf } from './tree.ts';

export const wrongs = [
  /** The row is not what was sealed. */
  'changed',
  /** The row of a leaf is gone, or a leaf itself. */
  'missing',
  /** A row that was neither sealed nor waits for it. */
  'not_sealed',
  /** A head does not follow from the leaves, or its signature is not of the key. */
  'head',
] as const;
export type Wrong = (typeof wrongs)[number];

export interface Difference {
  wrong: Wrong;
  /** The leaf; of a head its last. */
  position: number | null;
  transferId: string | null;
}

export interface TreeCheck {
  leaves: number;
  heads: number;
  /** How many, also beyond those that are named. */
  differing: number;
  /** The first 100. */
  differences: Difference[];
}

const BATCH = 10_000;
const MOST_NAMED = 100;
const FIRST_KEY = '00000000-0000-0000-0000-000000000000';

/** Compares leaves from `start`, before `end`, with their transfers. */
export async function checkLeaves(db: Database | Tx, start: number, end: number): Promise<Difference[]> {
  return differencesOf(await leavesBetween(db, start, end), start, end);
}

function differencesOf(leaves: readonly Leaf[], start: number, end: number): Difference[] {
  const found: Difference[] = [];
  let expected = start;
  const missingUntil = (position: number) => {
    for (; expected < position; expected++)
      found.push({ wrong: 'missing', position: expected, transferId: null });
  };
  for (const { position, transferId, hash, transfer } of leaves) {
    missingUntil(position);
    expected = position + 1;
    if (!transfer) found.push({ wrong: 'missing', position, transferId });
    else if (!leafHash(leafText(transfer)).equals(hash))
      found.push({ wrong: 'changed', position, transferId });
  }
  missingUntil(end);
  return found;
}

/** Checks all of it, in batches; throws when `ending` is aborted. */
export async function checkWholeTree(db: Database | Tx, ending?: AbortSignal): Promise<TreeCheck> {
  const size = (await latestHead(db))?.size ?? 0;
  const keys = new Map(
    (await publicKeys(db)).map(({ keyId, publicKey }) => [keyId, keyObject(publicKey)] as const),
  );
  const check: TreeCheck = { leaves: size, heads: 0, differing: 0, differences: [] };
  const add = (some: readonly Difference[]) => {
    check.differing += some.length;
    check.differences.push(...some.slice(0, MOST_NAMED - check.differences.length));
  };
  const edge: Edge = { size: 0, peaks: [] };
  let isWhole = true;
  for (let start = 0; start < size; start += BATCH) {
    ending?.throwIfAborted();
    const end = Math.min(start + BATCH, size);
    const leaves = await leavesBetween(db, start, end);
    add(differencesOf(leaves, start, end));
    const heads = new Map((await headsBetween(db, start, end)).map((head) => [head.size, head]));
    for (const leaf of leaves) {
      append(edge, leaf.hash);
      const head = heads.get(leaf.position + 1);
      if (!head) continue;
      const follows = edge.size === head.size && rootOf(edge).toString('hex') === head.root;
      // Where one does not follow, no later one can.
      if ((isWhole && !follows) || !isSigned(head, keys.get(head.keyId)))
        add([{ wrong: 'head', position: leaf.position, transferId: null }]);
      isWhole &&= follows;
    }
    check.heads += heads.size;
  }
  for await (const ids of strangers(db, ending))
    add(ids.map((transferId) => ({ wrong: 'not_sealed', position: null, transferId })));
  return check;
}

const isSigned = (head: TreeHead, key: KeyObject | undefined): boolean =>
  key !== undefined && verify(null, headBytes(head), key, Buffer.from(head.signature, 'base64'));

const keyObject = (publicKey: string): KeyObject =>
  createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey, 'base64').toString('base64url') },
    format: 'jwk',
  });

/** Transfers that are neither in the tree nor wait for it, batch by batch. */
async function* strangers(db: Database | Tx, ending?: AbortSignal): AsyncGenerator<string[]> {
  for (let after: string | undefined = FIRST_KEY; after; ) {
    ending?.throwIfAborted();
    const rows: { id: string; is_known: boolean }[] = await db.execute<{ id: string; is_known: boolean }>(sql`
      select t.id, exists (select from tree_leaves l where l.transfer_id = t.id)
        or t.id in (select transfer_id from unsealed) as is_known
      from (select id from transfers where id > ${after}::uuid order by id limit ${BATCH}) as t order by t.id`);
    yield rows.filter((row) => !row.is_known).map((row) => row.id);
    after = rows.length < BATCH ? undefined : rows.at(-1)?.id;
  }
}
