/** Persons held still, so that nothing can refer to them anew before the transaction ends. */
import { asc } from 'drizzle-orm';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { persons } from './schema.ts';

/** Locks persons in the order of their keys; whoever promises a visit of theirs waits for the end of the transaction. */
export async function lockPersons(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx
    .select({ id: persons.id })
    .from(persons)
    .where(anyOf(persons.id, [...new Set(ids)]))
    .orderBy(asc(persons.id))
    .for('update');
}
