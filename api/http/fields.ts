/** Fields that many routes share. */
import { z } from '@hono/zod-openapi';

/** An instant in UTC, RFC 3339, as JSON carries it. */
export const instantText = z.iso.datetime().openapi({ example: '2026-05-01T08:30:00.000Z' });

/** An instant sent to us: any offset, not before 2000 and not after 2100, so that no calendar overflows. */
export const instantGiven = z.iso
  .datetime({ offset: true })
  .refine((text) => {
    const year = new Date(text).getUTCFullYear();
    return year >= 2000 && year < 2100;
  })
  .transform((text) => new Date(text))
  .openapi({ type: 'string', format: 'date-time', example: '2026-05-01T16:30:00+08:00' });

/** A day of the calendar in Asia/Shanghai. */
export const dayText = z.iso
  .date()
  .refine((text) => text >= '2000-01-01' && text < '2100-01-01')
  .openapi({ example: '2026-05-01' });

/** A month of the calendar in Asia/Shanghai. */
export const monthText = z
  .string()
  .regex(/^20\d\d-(0[1-9]|1[0-2])$/)
  .openapi({ example: '2026-05' });

/** An official division code: city 4 digits, district 6, street 9, community 12. */
export const divisionCode = z
  .string()
  .regex(/^\d{4}(\d{2}(\d{3}(\d{3})?)?)?$/)
  .openapi({ example: '320102' });

/** The code of a partner city. */
export const partnerCode = z
  .string()
  .regex(/^\d{4}$/)
  .openapi({ example: '3202' });

/** A mobile number of the mainland. */
export const mobilePhone = z
  .string()
  .regex(/^1[3-9]\d{9}$/)
  .openapi({ example: '13800000000' });

const clean = (text: string) => !text.includes('\u0000');

/** Text a person wrote, trimmed; PostgreSQL takes no NUL. */
export const writing = (min: number, max: number) => z.string().trim().min(min).max(max).refine(clean);

/** Somebody named as people can name each other: the name, with the identity number or the mobile number. */
export const named = z
  .strictObject({
    name: writing(1, 40),
    identityNumber: z
      .string()
      .regex(/^\d{17}[\dXx]$/)
      .optional(),
    phone: mobilePhone.optional(),
  })
  .refine((one) => (one.identityNumber === undefined) !== (one.phone === undefined), {
    path: ['phone'],
  })
  .openapi('Named', { description: 'With exactly one of the two numbers.' });

/** The id of a record in the path. */
export const idParam = z.strictObject({ id: z.uuid().openapi({ param: { name: 'id', in: 'path' } }) });
