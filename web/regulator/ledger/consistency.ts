/** Whether one head continues another, reckoned by the reader's own browser from the proof (RFC 9162, 2.1.4.2). */
import type { AnswerOf } from '../../parts/endpoints.ts';
import { sha256 } from '../../parts/file.ts';

export type Consistency = AnswerOf<'GET', '/ledger/proofs/consistency'>;

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);

/** Of two hashes in hexadecimal. */
const nodeHash = (left: string, right: string): Promise<string> =>
  sha256(new Uint8Array([1, ...bytesOf(left), ...bytesOf(right)]));

/** Null where the browser may not reckon hashes, which it may on a secure address only. */
export async function continues({ from, to, proof }: Consistency): Promise<boolean | null> {
  if (!globalThis.crypto?.subtle) return null;
  if (from.size === to.size) return proof.length === 0 && from.root === to.root;
  const [start, ...rest] = Number.isInteger(Math.log2(from.size)) ? [from.root, ...proof] : proof;
  if (!start || from.size > to.size) return false;
  let [fn, sn] = [from.size - 1, to.size - 1];
  for (; isOdd(fn); sn = half(sn)) fn = half(fn);
  let [old, now] = [start, start];
  for (const hash of rest) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      [old, now] = [await nodeHash(hash, old), await nodeHash(hash, now)];
      for (; !isOdd(fn) && fn > 0; sn = half(sn)) fn = half(fn);
    } else now = await nodeHash(now, hash);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && old === from.root && now === to.root;
}
