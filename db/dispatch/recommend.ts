/** The best places for orders at once (D4): when one arrives, is declined, or a dispatcher asks. */
import type { Database, Tx } from '../connect/database.ts';
import { type Candidate, candidatesFor } from '../orders/candidates.ts';

/** So many places are told of an order. */
const BEST = 5;

/**
 * The best five who can serve each order, best first, each with when they would begin, the way it adds and every term of
 * the score, as people's rounds stand now; nobody is moved for it. Whoever did not answer comes after the others.
 */
export async function recommend(
  db: Database | Tx,
  orderIds: readonly string[],
  at: Date,
): Promise<Map<string, Candidate[]>> {
  const found = await candidatesFor(db, orderIds, at);
  return new Map(
    [...found].map(([id, { candidates }]) => [
      id,
      [...candidates.filter(({ silent }) => !silent), ...candidates.filter(({ silent }) => silent)].slice(
        0,
        BEST,
      ),
    ]),
  );
}
