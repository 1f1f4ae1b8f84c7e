/** Whose telephone a call came from. */
import { and, eq } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';
import { digest } from '../connect/seal.ts';
import { persons } from './schema.ts';

/** Whether a number is the one on record for a person. */
export async function isTelephoneOf(tx: Tx, personId: string, phone: string): Promise<boolean> {
  const rows = await tx
    .select({ id: persons.id })
    .from(persons)
    .where(and(eq(persons.id, personId), eq(persons.phoneDigest, digest('phone', phone))));
  return rows.length > 0;
}
