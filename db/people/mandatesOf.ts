/** For whom a family member may act now, by the elders' recorded consent. */
import { and, asc, eq, gt, isNull, lte, or } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import { mandates, persons } from './schema.ts';

/** Nobody acts for more elders than this. */
const MOST_MANDATES = 20;

/** The elders who have consented to this person and what they consented to, in force at `at`. */
export function mandatesOf(
  db: Database,
  delegateId: string,
  at: Date,
): Promise<{ elderId: string; name: string; scopes: string[] }[]> {
  return db
    .select({ elderId: mandates.elderId, name: persons.name, scopes: mandates.scopes })
    .from(mandates)
    .innerJoin(persons, eq(persons.id, mandates.elderId))
    .where(
      and(
        eq(mandates.delegateId, delegateId),
        lte(mandates.validFrom, at),
        or(isNull(mandates.validUntil), gt(mandates.validUntil, at)),
        isNull(mandates.revokedAt),
        isNull(persons.closedAt),
      ),
    )
    .orderBy(asc(mandates.validFrom))
    .limit(MOST_MANDATES);
}
