/** Keys are UUIDv7: their order is their time, and big books are partitioned by them. */
import { v7 } from 'uuid';
import { freshBytes } from './random.ts';

let randomBytes: (() => Uint8Array) | undefined;

/** Takes the random part of new keys from `next` (16 bytes a call), so that a demo city repeats by its seed. */
export function seedIds(next: (() => Uint8Array) | undefined): void {
  randomBytes = next;
}

/** A new key that sorts at `at` (the present, outside commands). */
export function newId(at: Date = new Date()): string {
  const random = randomBytes?.();
  return v7(
    random
      ? { msecs: at.getTime(), random, seq: random[15] }
      : { msecs: at.getTime(), random: freshBytes(16) },
  );
}

/** The smallest key of an instant: `id >= idFloor(at)` reads only the partitions since then. */
export function idFloor(at: Date): string {
  const hex = Math.max(0, at.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
