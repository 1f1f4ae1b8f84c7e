/** Finding somebody by what the person at the desk or on the page can say: the name with a number that goes with it. */
import { and, eq, isNull } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';
import { digest } from '../connect/seal.ts';
import { persons } from './schema.ts';

export interface Named {
  name: string;
  /** One of the two. */
  identityNumber?: string | null;
  phone?: string | null;
}

/** People share telephones; more than this need the identity number. */
const MOST_SHARING = 20;

/**
 * The one living person with this name and number. Null where there is none, where the name is another, and where
 * several would fit, so that an answer tells no more than the asker knows.
 */
export async function personNamed(
  tx: Tx,
  { name, identityNumber, phone }: Named,
): Promise<{ id: string; birthDate: string } | null> {
  const numbered = identityNumber
    ? eq(persons.identityDigest, digest('identity', identityNumber.trim().toUpperCase()))
    : phone
      ? eq(persons.phoneDigest, digest('phone', phone.trim()))
      : null;
  if (!numbered) return null;
  const rows = await tx
    .select({ id: persons.id, name: persons.name, birthDate: persons.birthDate })
    .from(persons)
    .where(and(numbered, isNull(persons.closedAt)))
    .limit(MOST_SHARING);
  const [found, another] = rows.filter((row) => row.name === name.trim());
  return found && !another ? { id: found.id, birthDate: found.birthDate } : null;
}
