/**
 * The proof of the ledger (T12): an RFC 9162 Merkle tree with a leaf a transfer, in the order of sealing, and the
 * signed heads that were published of it. Append-only.
 */
import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, primaryKey, smallint, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant, key } from '../connect/columns.ts';

const position = (name: string) => bigint(name, { mode: 'number' });

/** Where a transfer stands in the tree: leaf 0, 1, 2 … */
export const treeLeaves = pgTable(
  'tree_leaves',
  { transferId: uuid('transfer_id').primaryKey(), position: position('position').notNull() },
  (t) => [
    uniqueIndex('tree_leaves_position').on(t.position),
    check('tree_leaves_range', sql`${t.position} >= 0`),
  ],
);

/** Hashes of complete subtrees: level 0 are the leaves, a node of level n covers 2^n of them. */
export const treeNodes = pgTable(
  'tree_nodes',
  {
    level: smallint('level').notNull(),
    position: position('position').notNull(),
    hash: bytes('hash').notNull(),
  },
  (t) => [primaryKey({ columns: [t.level, t.position] })],
);

/** Ed25519 keys that sign heads; a retired key signs no more, but what it signed stays verifiable. */
export const signingKeys = pgTable(
  'signing_keys',
  {
    id: key(),
    publicKey: bytes('public_key').notNull(),
    privateSealed: bytes('private_sealed').notNull(),
    createdAt: instant('created_at').notNull(),
    retiredAt: instant('retired_at'),
  },
  () => [uniqueIndex('signing_keys_current').on(sql`(retired_at is null)`).where(sql`retired_at is null`)],
);

export const treeHeads = pgTable(
  'tree_heads',
  {
    size: position('size').primaryKey(),
    root: bytes('root').notNull(),
    at: instant('at').notNull(),
    keyId: uuid('key_id')
      .notNull()
      .references(() => signingKeys.id),
    signature: bytes('signature').notNull(),
  },
  (t) => [index('tree_heads_at').on(t.at)],
);
