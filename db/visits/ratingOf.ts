/** What the elder's side said of a visit. */
import { asc, eq } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { unseal } from '../connect/seal.ts';
import { ratings } from './schema.ts';

export interface RatingView {
  /** Attitude, skill, punctuality, outcome; each 1 … 5. */
  answers: number[];
  comment: string | null;
  at: Date;
}

/** The first rating of a visit; null before there is one. */
export async function ratingOf(db: Database | Tx, visitId: string): Promise<RatingView | null> {
  const [row] = await db
    .select()
    .from(ratings)
    .where(eq(ratings.visitId, visitId))
    .orderBy(asc(ratings.at))
    .limit(1);
  if (!row) return null;
  return {
    answers: [row.attitude, row.skill, row.punctuality, row.outcome],
    comment: unseal(row.commentSealed),
    at: row.at,
  };
}
