/** This phone's own signature (ECDSA P-256): what it recorded cannot be changed on the way without being seen. */
import { newKey } from '../parts/key.ts';
import { Problem } from '../parts/problem.ts';
import { type Device, store } from './store.ts';

const kind = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** The device of an account, made at its first act. Throws a Problem where the browser may not sign (plain HTTP). */
export async function deviceOf(userId: string): Promise<Device> {
  const db = await store();
  const known = await db.get('devices', userId);
  if (known) return known;
  if (!crypto.subtle) throw new Problem(0, { code: 'not_secure' });
  const keys = await crypto.subtle.generateKey(kind, false, ['sign', 'verify']);
  const made: Device = { id: newKey(), userId, keys, registered: false, counter: 0, skewSeconds: 0 };
  // Two windows may come here at once: the first device stays.
  const tx = db.transaction('devices', 'readwrite');
  const first = await tx.store.get(userId);
  if (!first) await tx.store.put(made);
  await tx.done;
  return first ?? made;
}

/** The signature of a text, as base64. */
export async function sign(device: Device, text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return base64(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, device.keys.privateKey, bytes));
}

/** The public key, as base64 of its SPKI form. */
export async function publicKeyOf(device: Device): Promise<string> {
  return base64(await crypto.subtle.exportKey('spki', device.keys.publicKey));
}

function base64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}
