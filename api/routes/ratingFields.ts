/** A rating as the pages send it: four answers and, if one likes, a word. */
import { z } from '@hono/zod-openapi';
import type { Rating } from '../../db/visits/rate.ts';
import { writing } from '../http/fields.ts';

const answerValue = z.int().min(1).max(5);

export const Answers = z.strictObject({
  answers: z
    .tuple([answerValue, answerValue, answerValue, answerValue])
    .openapi({ description: 'Attitude, skill, punctuality, outcome, each 1–5.' }),
  comment: writing(1, 1000).optional(),
});

/** The answers as the book of ratings takes them. */
export const ratingOf = ({
  answers: [attitude, skill, punctuality, outcome],
  comment,
}: z.infer<typeof Answers>): Omit<Rating, 'orderId' | 'source'> => ({
  attitude,
  skill,
  punctuality,
  outcome,
  comment: comment ?? null,
});
