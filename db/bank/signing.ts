/**
 * The keys that sign for the ledger (T12), Ed25519. One signs at a time; a retired key signs no more, and what it signed
 * before stays verifiable, because all public keys are published. The private key is sealed under the city's data key.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { asc, eq, isNull, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import type { Act } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { seal, unseal } from '../connect/seal.ts';
import { signingKeys, treeHeads } from './proof.schema.ts';

/** A public key as everybody may have it. */
export interface PublicKey {
  keyId: string;
  algorithm: 'Ed25519';
  /** The 32 bytes of RFC 8032, base64. */
  publicKey: string;
  createdAt: Date;
  retiredAt: Date | null;
}

/** The key that signs now. */
export interface SigningKey {
  keyId: string;
  createdAt: Date;
  privateKey: KeyObject;
}

/** All keys that ever signed, oldest first. */
export async function publicKeys(db: Database | Tx): Promise<PublicKey[]> {
  const rows = await db
    .select({
      keyId: signingKeys.id,
      publicKey: signingKeys.publicKey,
      createdAt: signingKeys.createdAt,
      retiredAt: signingKeys.retiredAt,
    })
    .from(signingKeys)
    .orderBy(asc(signingKeys.createdAt), asc(signingKeys.id));
  return rows.map((row) => ({
    ...row,
    algorithm: 'Ed25519',
    publicKey: Buffer.from(row.publicKey).toString('base64'),
  }));
}

/** The key that signs now, made when there is none yet; it cannot be retired before the transaction ends. */
export async function signingKey(tx: Tx, act: Act): Promise<SigningKey> {
  const current = () =>
    tx.select().from(signingKeys).where(isNull(signingKeys.retiredAt)).limit(1).for('share');
  let [row] = await current();
  if (!row) {
    await makeKey(tx, act, act.at);
    [row] = await current();
  }
  if (!row) throw new Error('there is no key to sign with');
  const privateKey = createPrivateKey({
    key: Buffer.from(unseal(row.privateSealed), 'base64'),
    format: 'der',
    type: 'pkcs8',
  });
  return { keyId: row.id, createdAt: row.createdAt, privateKey };
}

/** Signs bytes with the present key: the Ed25519 signature in base64, and whose it is. */
export async function signBytes(
  tx: Tx,
  act: Act,
  bytes: Uint8Array,
): Promise<{ keyId: string; signature: string }> {
  const { keyId, privateKey } = await signingKey(tx, act);
  return { keyId, signature: sign(null, bytes, privateKey).toString('base64') };
}

/** Retires the key that signs and makes the next; returns the next key's id. */
export async function rotateKey(tx: Tx, act: Act, reason: string): Promise<string> {
  const [old] = await tx
    .select({ id: signingKeys.id, createdAt: signingKeys.createdAt })
    .from(signingKeys)
    .where(isNull(signingKeys.retiredAt))
    .limit(1)
    .for('update');
  const [last] = old
    ? await tx
        .select({ at: sql<string | null>`max(${treeHeads.at})` })
        .from(treeHeads)
        .where(eq(treeHeads.keyId, old.id))
    : [];
  // A key's life covers every head it has signed.
  const at = new Date(
    Math.max(act.at.getTime(), old?.createdAt.getTime() ?? 0, last?.at ? new Date(last.at).getTime() : 0),
  );
  if (old) await tx.update(signingKeys).set({ retiredAt: at }).where(eq(signingKeys.id, old.id));
  await makeKey(tx, act, at);
  const [next] = await tx
    .select({ id: signingKeys.id })
    .from(signingKeys)
    .where(isNull(signingKeys.retiredAt));
  if (!next) throw new Error('there is no key to sign with');
  await writeAudit(tx, act, [
    { action: 'ledger.key_rotated', recordId: next.id, reason, detail: { retired: old?.id ?? null } },
  ]);
  return next.id;
}

/** Makes the key that signs from an instant on, unless another has just been made. */
async function makeKey(tx: Tx, act: Act, at: Date): Promise<void> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const keyId = newId(at);
  const made = await tx
    .insert(signingKeys)
    .values({
      id: keyId,
      publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url'),
      privateSealed: seal(privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')),
      createdAt: at,
      retiredAt: null,
    })
    .onConflictDoNothing()
    .returning({ id: signingKeys.id });
  if (made.length > 0) await writeAudit(tx, act, [{ action: 'ledger.key_made', recordId: keyId }]);
}
