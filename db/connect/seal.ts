/**
 * Personal data at rest (PIPL): AES-256-GCM under the data key, and keyed digests for look-up.
 * A sealed value is version (1 byte), nonce (12), tag (16), ciphertext.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { freshBytes } from './random.ts';

let dataKey: Buffer | null = null;
const VERSION = 1;

/** Sets the 32-byte key of this process; throws if it has another length. */
export function useDataKey(base64: string): void {
  const key = Buffer.from(base64, 'base64');
  if (key.length !== 32) throw new Error('HUZHU_DATA_KEY must be 32 bytes in base64');
  dataKey = key;
}

function key(): Buffer {
  if (!dataKey) throw new Error('useDataKey was not called before personal data was touched');
  return dataKey;
}

/** Encrypts a text; null stays null. */
export function seal(text: string): Buffer;
export function seal(text: string | null | undefined): Buffer | null;
export function seal(text: string | null | undefined): Buffer | null {
  if (text === null || text === undefined) return null;
  const nonce = freshBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key(), nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), body]);
}

/** Decrypts what `seal` made; throws when it was altered or the key is another. */
export function unseal(sealed: Uint8Array): string;
export function unseal(sealed: Uint8Array | null): string | null;
export function unseal(sealed: Uint8Array | null): string | null {
  if (!sealed) return null;
  const bytes = Buffer.from(sealed);
  if (bytes[0] !== VERSION) throw new Error('sealed value of an unknown version');
  const decipher = createDecipheriv('aes-256-gcm', key(), bytes.subarray(1, 13));
  decipher.setAuthTag(bytes.subarray(13, 29));
  return Buffer.concat([decipher.update(bytes.subarray(29)), decipher.final()]).toString('utf8');
}

/** A keyed digest by which a sealed value can be found without being readable; `kind` keeps fields apart. */
export function digest(
  kind: 'identity' | 'phone' | 'door_code' | 'door_key' | 'phone_code' | 'push' | 'calendar',
  text: string,
): Buffer {
  return createHmac('sha256', key()).update(`${kind}\0${text}`).digest();
}
