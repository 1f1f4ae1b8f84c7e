/** The monthly batch with a partner city as the API tells and takes it (M2). */
import { z } from '@hono/zod-openapi';
import { differenceKinds } from '../../db/bank/batchRules.ts';
import { MOST_BATCH_LINES } from '../../db/bank/batchViews.ts';
import { clearingKinds, currencies } from '../../db/bank/rules.ts';
import { instantText, monthText, partnerCode, writing } from '../http/fields.ts';

const MOST_AMOUNT = 1_000_000_000_000;
const number = writing(1, 60);
const digest = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/)
  .openapi({ description: 'SHA-256 over the canonical lines, hexadecimal.' });
const count = z.int().min(0).max(MOST_AMOUNT);

const Line = z
  .strictObject({
    number: number.openapi({ description: "The sender's own number." }),
    otherNumber: number.nullable().openapi({ description: 'The number of the other city, where known.' }),
    at: instantText,
    currency: z.enum(currencies),
    direction: z
      .enum(clearingKinds)
      .openapi({ description: 'As the sender sees it: `out` went to the receiver, `in` came from it.' }),
    amount: z.int().min(1).max(MOST_AMOUNT).openapi({ description: 'Minutes or fen.' }),
  })
  .openapi('BatchLine');

const Total = z
  .strictObject({
    currency: z.enum(currencies),
    direction: z.enum(clearingKinds),
    lines: count,
    amount: count,
  })
  .openapi('BatchTotal');

const City = z.strictObject({ code: partnerCode, name: writing(1, 60) });

export const Batch = z
  .strictObject({
    format: z.literal('huzhu-clearing-batch'),
    version: z.literal(1),
    sender: City,
    receiver: City,
    month: monthText,
    lines: z.array(Line).max(MOST_BATCH_LINES),
    totals: z.array(Total).max(currencies.length * clearingKinds.length),
    digest,
  })
  .openapi('ClearingBatch');

const Told = z.strictObject({ lines: z.int(), totals: z.array(Total), digest });

export const BatchCompared = z
  .strictObject({
    month: monthText,
    ours: Told,
    theirs: Told,
    agreed: z.int().openapi({ description: 'Lines that both have alike.' }),
    differences: z.array(
      z.strictObject({
        kind: z.enum(differenceKinds).openapi({
          description: '`missing_here`: only the partner has it; `missing_there`: only this city has it.',
        }),
        ours: Line.nullable().openapi({ description: 'As this city sees it.' }),
        theirs: Line.nullable().openapi({ description: 'As the partner sees it.' }),
      }),
    ),
  })
  .openapi('BatchCompared');

export const BatchComparison = z
  .strictObject({
    id: z.uuid(),
    at: instantText,
    by: z.string(),
    month: monthText,
    digest: z.string(),
    lines: z.int(),
    agreed: z.int(),
    differences: z.int(),
  })
  .openapi('BatchComparison');
