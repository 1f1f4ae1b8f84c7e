/**
 * For whom saved hours may be redeemed (T5): for the holder from 60 on, for the holder's spouse from 60 on, and for a
 * lineal relative from 60 on; spouse and relative verified. The age is the city's policy.
 */
import { eq, inArray } from 'drizzle-orm';
import { refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { currentPolicy } from '../services/policies.ts';
import { kinOf, type Pair, relationsOf } from './kinOf.ts';
import { ageOn, type KinRelation } from './rules.ts';
import { elders, persons } from './schema.ts';

/** Refuses hours that may not be redeemed for this elder: `not_related`, or `not_old_enough` with the age needed. */
export async function mayRedeem(tx: Tx, holderId: string, elderId: string, at: Date): Promise<void> {
  const [elder] = await tx
    .select({ birthDate: persons.birthDate })
    .from(persons)
    .where(eq(persons.id, elderId));
  if (!elder) refuse('not_found', 'elderId');
  const { body } = await currentPolicy(tx, 'bank', at);
  await expectRedeemable(tx, [{ holderId, elderId, birthDate: elder.birthDate }], body.redeemAge, at);
}

/** The same for many, each elder with the date of birth; asks the database only where holder and elder differ. */
export async function expectRedeemable(
  tx: Tx,
  pairs: readonly (Pair & { birthDate: string })[],
  redeemAge: number,
  at: Date,
): Promise<void> {
  const relations = await relationsOf(
    tx,
    pairs.filter((pair) => pair.holderId !== pair.elderId),
  );
  for (const { holderId, elderId, birthDate } of pairs) {
    if (holderId !== elderId && !relations.has(`${holderId}:${elderId}`)) refuse('not_related', 'holderId');
    if (ageOn(birthDate, at) < redeemAge) refuse('not_old_enough', 'elderId', { age: redeemAge });
  }
}

export const whyNotRedeemable = ['not_old_enough', 'not_registered'] as const;

export interface Redeemable {
  elderId: string;
  /** In full, for the holder to read. */
  name: string;
  relation: 'self' | KinRelation;
  age: number;
  may: boolean;
  /** `not_registered`: the city does not know the person as one it serves yet. */
  why: (typeof whyNotRedeemable)[number] | null;
}

/** For whom the holder's hours could be redeemed, and why not yet: oneself, the spouse, lineal relatives. */
export async function redeemableBy(db: Database | Tx, holderId: string, at: Date): Promise<Redeemable[]> {
  const { body } = await currentPolicy(db, 'bank', at);
  const [holder] = await db
    .select({ name: persons.name, birthDate: persons.birthDate })
    .from(persons)
    .where(eq(persons.id, holderId));
  if (!holder) return [];
  const people = [
    {
      personId: holderId,
      name: holder.name,
      relation: 'self' as const,
      age: ageOn(holder.birthDate, at),
    },
    ...(await kinOf(db, holderId, at)),
  ];
  const served = await db
    .select({ personId: elders.personId })
    .from(elders)
    .where(
      inArray(
        elders.personId,
        people.map((person) => person.personId),
      ),
    );
  const isServed = new Set(served.map((row) => row.personId));
  return people.map(({ personId, name, relation, age }) => {
    const why =
      age < body.redeemAge
        ? ('not_old_enough' as const)
        : isServed.has(personId)
          ? null
          : ('not_registered' as const);
    return { elderId: personId, name, relation, age, may: why === null, why };
  });
}
