/** What proves a check, as the pages and the phones send it. */
import { z } from '@hono/zod-openapi';
import type { Check } from '../../db/visits/evidence.ts';
import { exceptionReasons } from '../../db/visits/rules.ts';

export const checkFields = {
  lat: z.number().min(-90).max(90).optional(),
  lon: z.number().min(-180).max(180).optional(),
  accuracyM: z.number().min(0).max(100_000).optional(),
  mockLocation: z.boolean().optional(),
  code: z
    .string()
    .max(60)
    .optional()
    .openapi({ description: 'What is shown at the door: the text of the QR picture, or six digits.' }),
  doorCode: z
    .string()
    .regex(/^\d{4}$/)
    .optional(),
  exception: z
    .enum(exceptionReasons)
    .optional()
    .openapi({ description: 'Why there is no position, or one away from the home.' }),
};

/** The fields of a check as the book of visits takes them: the position is there when both of its halves are. */
export function checkOf<T extends { lat?: number; lon?: number; accuracyM?: number }>({
  lat,
  lon,
  accuracyM,
  ...rest
}: T): Omit<T, 'lat' | 'lon' | 'accuracyM'> & Pick<Check, 'position' | 'accuracyMetres'> {
  return {
    ...rest,
    position: lat !== undefined && lon !== undefined ? { lat, lon } : null,
    accuracyMetres: accuracyM ?? null,
  };
}
