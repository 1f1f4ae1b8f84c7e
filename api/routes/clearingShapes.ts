/** Partner cities and clearings as the API tells them. */
import { z } from '@hono/zod-openapi';
import { causes, clearingKinds, clearingStates, currencies } from '../../db/bank/rules.ts';
import { dayText, instantText, monthText } from '../http/fields.ts';

const left = z.int().openapi({ description: 'What may still come from it before its limit is reached.' });
const balance = z
  .int()
  .openapi({ description: 'Above zero this city owes the partner, below it the partner owes this city.' });

export const Partner = z
  .strictObject({
    code: z.string(),
    name: z.string(),
    openedAt: instantText,
    accounts: z.array(
      z.strictObject({
        currency: z.enum(currencies),
        accountId: z.uuid(),
        balance,
        limit: z.int().openapi({ description: 'How much it may owe this city.' }),
        left,
      }),
    ),
  })
  .openapi('Partner');

export const Clearing = z
  .strictObject({
    id: z.uuid(),
    partnerCode: z.string(),
    partnerName: z.string(),
    kind: z
      .enum(clearingKinds)
      .openapi({ description: '`out`: hours or money leave for the partner; `in`: they come from it.' }),
    state: z.enum(clearingStates),
    currency: z.enum(currencies),
    amount: z.int().openapi({ description: 'Minutes or fen.' }),
    holder: z
      .strictObject({ kind: z.enum(['person', 'provider']), id: z.uuid(), name: z.string() })
      .openapi({ description: "Whose account of this city it is; a person's name is masked." }),
    reference: z.string().nullable().openapi({ description: "The partner's own number; used once." }),
    reason: z.string(),
    proposedAt: instantText,
    proposedBy: z.string(),
    decidedAt: instantText.nullable(),
    decidedBy: z.string().nullable(),
    transferId: z.uuid().nullable(),
    closes: z.boolean().openapi({ description: 'The member moves away and their accounts close.' }),
    mine: z.boolean().openapi({ description: 'The caller proposed it, so another has to decide.' }),
  })
  .openapi('Clearing');

export const PartnerStatement = z
  .strictObject({
    partner: z.strictObject({ code: z.string(), name: z.string() }),
    month: monthText,
    currency: z.enum(currencies),
    opening: balance,
    in: z.int().openapi({ description: 'Came from the partner.' }),
    out: z.int().openapi({ description: 'Went to the partner.' }),
    closing: balance,
    limit: z.int(),
    left,
    items: z.array(
      z.strictObject({
        transferId: z.uuid(),
        at: instantText,
        amount: z.int().openapi({ description: 'Signed: above zero this city owes more.' }),
        balanceAfter: z.int().nullable(),
        cause: z.enum(causes),
        clearing: Clearing.nullable(),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi('PartnerStatement');

export const Positions = z
  .strictObject({
    from: dayText,
    to: dayText,
    partners: z.array(
      z.strictObject({
        code: z.string(),
        name: z.string(),
        currency: z.enum(currencies),
        balance,
        limit: z.int(),
        left,
        in: z.int().openapi({ description: 'Came from it in the period.' }),
        out: z.int(),
      }),
    ),
    districts: z.array(
      z.strictObject({
        code: z.string(),
        name: z.string().nullable(),
        received: z.int().openapi({ description: 'Minutes that its elders received.' }),
        given: z.int().openapi({ description: 'Minutes that its volunteers gave.' }),
        net: z.int(),
        visits: z.int(),
      }),
    ),
    sum: z.int().openapi({ description: "Of the districts' net positions: zero, always." }),
  })
  .openapi('ClearingPositions');
