/** Elders' recorded consent, as standing arrangements rely on it: it must last as long as they do. */
import { and, gt, inArray, isNotNull, isNull, lte, or } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';
import type { MandateScope } from './rules.ts';
import { mandates, persons } from './schema.ts';

export interface ConsentAsked {
  elderId: string;
  delegateId: string;
  scopes: readonly MandateScope[];
}

/** For each of those asked about, whether the elder's consent covers all the scopes at an instant. */
export async function consentsLast(tx: Tx, asked: readonly ConsentAsked[], at: Date): Promise<boolean[]> {
  if (asked.length === 0) return [];
  const rows = await tx
    .select({ elderId: mandates.elderId, delegateId: mandates.delegateId, scopes: mandates.scopes })
    .from(mandates)
    .where(
      and(
        inArray(
          mandates.elderId,
          asked.map((one) => one.elderId),
        ),
        isNull(mandates.revokedAt),
        lte(mandates.validFrom, at),
        or(isNull(mandates.validUntil), gt(mandates.validUntil, at)),
      ),
    );
  return asked.map(({ elderId, delegateId, scopes }) =>
    rows.some(
      (row) =>
        row.elderId === elderId &&
        row.delegateId === delegateId &&
        scopes.every((scope) => row.scopes.includes(scope)),
    ),
  );
}

/** Those of the persons who have left the city's books. */
export async function closedAmong(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx
    .select({ id: persons.id })
    .from(persons)
    .where(and(inArray(persons.id, [...new Set(ids)]), isNotNull(persons.closedAt)));
  return new Set(rows.map((row) => row.id));
}
