/** Who is still in the city's books: what is done for somebody must not cross with the closing of their accounts (T10). */
import { and, asc, isNull } from 'drizzle-orm';
import { refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { persons } from './schema.ts';

/** Refuses with `not_found` unless all these persons are there; none of them is closed until the transaction ends. */
export async function expectLiving(tx: Tx, ids: readonly string[], field: string): Promise<void> {
  const wanted = [...new Set(ids)];
  const living = await tx
    .select({ id: persons.id })
    .from(persons)
    .where(and(anyOf(persons.id, wanted), isNull(persons.closedAt)))
    .orderBy(asc(persons.id))
    .for('share');
  if (living.length < wanted.length) refuse('not_found', field);
}
