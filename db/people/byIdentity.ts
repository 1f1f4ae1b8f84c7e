/** Finding people by their identity number, which is kept as a keyed digest. */
import { eq, inArray, isNotNull } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import { digest, unseal } from '../connect/seal.ts';
import { elders, persons, volunteers } from './schema.ts';

export interface KnownPerson {
  id: string;
  /** Null when the person is no elder. */
  subsidyClass: (typeof elders.$inferSelect)['subsidyClass'] | null;
  isElder: boolean;
  /** Of an elder, GB/T 42195: 0 intact … 4 complete loss. */
  abilityLevel: number | null;
  isVolunteer: boolean;
}

/** People by identity number; unknown ones are left out. */
export async function personsByIdentity(
  db: Database,
  numbers: readonly string[],
): Promise<Map<string, KnownPerson>> {
  if (numbers.length === 0) return new Map();
  const numberOf = new Map(numbers.map((number) => [digest('identity', number).toString('hex'), number]));
  const rows = await db
    .select({
      id: persons.id,
      identityDigest: persons.identityDigest,
      subsidyClass: elders.subsidyClass,
      abilityLevel: elders.abilityLevel,
      elderId: elders.personId,
      volunteerId: volunteers.personId,
    })
    .from(persons)
    .leftJoin(elders, eq(elders.personId, persons.id))
    .leftJoin(volunteers, eq(volunteers.personId, persons.id))
    .where(
      inArray(
        persons.identityDigest,
        [...numberOf.keys()].map((hex) => Buffer.from(hex, 'hex')),
      ),
    );
  return new Map(
    rows.map(({ id, identityDigest, subsidyClass, abilityLevel, elderId, volunteerId }) => [
      numberOf.get(Buffer.from(identityDigest ?? []).toString('hex')) as string,
      { id, subsidyClass, abilityLevel, isElder: elderId !== null, isVolunteer: volunteerId !== null },
    ]),
  );
}

/** Whether the data key of this process is the one under which the city's people are sealed. */
export async function dataKeyFits(db: Database): Promise<boolean> {
  const [row] = await db
    .select({ sealed: persons.identitySealed })
    .from(persons)
    .where(isNotNull(persons.identitySealed))
    .limit(1);
  try {
    return !row || unseal(row.sealed) !== null;
  } catch {
    return false;
  }
}
