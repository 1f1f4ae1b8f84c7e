/** The city's key for push services (VAPID, RFC 8292): a P-256 pair, made by whoever needs it first, sealed. */
import { createECDH } from 'node:crypto';
import type { Database, Tx } from '../connect/database.ts';
import { seal, unseal } from '../connect/seal.ts';
import { pushKeys } from './schema.ts';

/** Both halves in base64url, as browsers and push services take them. */
export interface PushKey {
  publicKey: string;
  privateKey: string;
}

/** The key, the same for every process; `at` is when it is made, if it is. */
export async function pushKey(db: Database | Tx, at: Date): Promise<PushKey> {
  const read = () => db.select().from(pushKeys).limit(1);
  let [row] = await read();
  if (!row) {
    const pair = createECDH('prime256v1');
    const publicKey = pair.generateKeys('base64url');
    const privateSealed = seal(pair.getPrivateKey('base64url'));
    await db.insert(pushKeys).values({ publicKey, privateSealed, createdAt: at }).onConflictDoNothing();
    [row] = await read();
  }
  if (!row) throw new Error('there is no key for push services');
  return { publicKey: row.publicKey, privateKey: unseal(row.privateSealed) };
}
