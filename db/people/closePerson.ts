/** A person leaves the city's books (T10): nobody acts for them or as them any more. What was recorded of them stays. */
import { and, eq, isNull, or } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { mandates, persons, volunteers } from './schema.ts';
import { users } from './signin.schema.ts';

/** Closes a person, their sign-in and their mandates; refuses with `already_done` one who is closed. */
export async function closePerson(tx: Tx, act: Act, personId: string): Promise<void> {
  const closed = await tx
    .update(persons)
    .set({ closedAt: act.at })
    .where(and(eq(persons.id, personId), isNull(persons.closedAt)))
    .returning({ id: persons.id });
  if (closed.length === 0) refuse('already_done', 'personId');
  await tx.update(volunteers).set({ state: 'suspended' }).where(eq(volunteers.personId, personId));
  await tx
    .update(mandates)
    .set({ revokedAt: act.at })
    .where(
      and(or(eq(mandates.elderId, personId), eq(mandates.delegateId, personId)), isNull(mandates.revokedAt)),
    );
  await tx
    .update(users)
    .set({ closedAt: act.at, updatedAt: act.at })
    .where(and(eq(users.personId, personId), isNull(users.closedAt)));
}
