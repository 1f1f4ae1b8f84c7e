/**
 * The receipt of a transfer (T12): the transfer, its place in the tree, the proof, the signed head in which it was sealed
 * first and the key, so that it can be checked for ever without asking anybody. As text for a QR code it is
 * `HUZHU1:` and base32 (RFC 4648, no padding) of: position, size, instant of the head in milliseconds (6 bytes each),
 * key id (16), public key (32), signature (64), number of hashes (1), the hashes (32 each), the leaf's text (raw deflate).
 */
import { deflateRawSync } from 'node:zlib';
import { type SQL, sql } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { firstHeadWith, type TreeHead } from './heads.ts';
import { leafText, type SealedTransfer, type TransferRow, transferColumns, transferOf } from './leaf.ts';
import { inclusionProof, positionOf } from './proofs.ts';
import { type PublicKey, publicKeys } from './signing.ts';
import { accountWithin, recordReading } from './withinReach.ts';

export interface Receipt {
  transfer: SealedTransfer;
  position: number;
  /** Hexadecimal. */
  proof: string[];
  head: TreeHead;
  key: PublicKey;
}

/**
 * The receipt of a transfer that touches an account within reach, else refuses with `not_found`; null while it is not
 * sealed. A reader who is neither side is recorded.
 */
export async function receiptOf(
  tx: Database | Tx,
  act: Act,
  reach: Reach,
  id: string,
): Promise<Receipt | null> {
  const [row] = await tx.execute<TransferRow>(
    sql`select ${transferColumns} from transfers where id = ${id}::uuid`,
  );
  const sides = row ? await sidesWithin(tx, reach, sql`${row.debit}::uuid, ${row.credit}::uuid`) : [];
  if (!row || sides.length === 0) refuse('not_found', 'id');
  await recordReading(
    tx,
    act,
    sides.flatMap((side) => (side.is_person ? [side.owner_id] : [])),
    id,
  );
  const position = await positionOf(tx, id);
  const head = position === null ? null : await firstHeadWith(tx, position);
  if (position === null || head === null) return null;
  const key = (await publicKeys(tx)).find(({ keyId }) => keyId === head.keyId);
  if (!key) throw new Error('a head was signed by a key that is not kept');
  return {
    transfer: transferOf(row),
    position,
    proof: await inclusionProof(tx, position, head.size),
    head,
    key,
  };
}

/** Refuses with `not_found` a transfer that touches no account within reach. */
export async function expectTransfer(tx: Database | Tx, reach: Reach, id: string): Promise<void> {
  const sides = await sidesWithin(
    tx,
    reach,
    sql`select unnest(array[debit_account_id, credit_account_id]) from transfers where id = ${id}::uuid`,
  );
  if (sides.length === 0) refuse('not_found', 'transferId');
}

function sidesWithin(tx: Database | Tx, reach: Reach, accountIds: SQL) {
  return tx.execute<{ owner_id: string; is_person: boolean }>(sql`
    select a.owner_id, a.kind in ('personal', 'grant', 'receivable') as is_person
    from accounts a where a.id in (${accountIds}) and ${accountWithin(reach)}`);
}

/** The receipt as text for a QR code, all of it in characters that take five and a half bits there. */
export function compactReceipt({ transfer, position, proof, head, key }: Receipt): string {
  const numbers = Buffer.alloc(18);
  for (const [i, number] of [position, head.size, head.at.getTime()].entries())
    numbers.writeUIntBE(number, i * 6, 6);
  return `HUZHU1:${base32(
    Buffer.concat([
      numbers,
      Buffer.from(head.keyId.replaceAll('-', ''), 'hex'),
      Buffer.from(key.publicKey, 'base64'),
      Buffer.from(head.signature, 'base64'),
      Buffer.of(proof.length),
      Buffer.from(proof.join(''), 'hex'),
      deflateRawSync(leafText(transfer), { level: 9 }),
    ]),
  )}`;
}

/** RFC 4648, without padding. */
function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}
