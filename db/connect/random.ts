/** Random bytes for keys and nonces, drawn in bulk: a call of the generator each would cost more than what they are for. */
import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(16 * 1024);
let used = pool.length;

/** As many fresh bytes of the system's secure generator; nobody else gets them. */
export function freshBytes(length: number): Uint8Array {
  if (used + length > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Uint8Array.prototype.slice.call(pool, used, used + length);
  pool.fill(0, used, used + length);
  used += length;
  return bytes;
}
