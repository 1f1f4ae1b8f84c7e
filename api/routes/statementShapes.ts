/** What statements, provenance and certificates look like in answers. Amounts are integers of minutes or fen. */
import { z } from '@hono/zod-openapi';
import {
  accountKinds,
  causes,
  clearingKinds,
  currencies,
  reversalReasons,
  reversalStates,
} from '../../db/bank/rules.ts';
import { dayText, instantText, monthText } from '../http/fields.ts';

const ownerCode = z
  .string()
  .nullable()
  .openapi({ description: "The division or partner city, or `key-elders`, of what is no person's account." });

const StatementLine = z
  .strictObject({
    id: z.uuid().openapi({ description: 'The transfer.' }),
    at: instantText,
    amount: z.int().openapi({ description: 'Signed.' }),
    balanceAfter: z
      .int()
      .nullable()
      .openapi({ description: 'Null for pools, the fund and the like where only one cause is listed.' }),
    cause: z.enum(causes),
    orderId: z.uuid().nullable(),
    orderNumber: z.string().nullable(),
    serviceCode: z.string().nullable(),
    counterparty: z
      .strictObject({ kind: z.enum(accountKinds), code: ownerCode, name: z.string().nullable() })
      .openapi({ description: 'A person is masked, but for the relative in a gift where the holder reads.' }),
    words: z.string().nullable(),
    reversed: z.boolean(),
  })
  .openapi('StatementLine');

export const Statement = z
  .strictObject({
    account: z.strictObject({
      id: z.uuid(),
      kind: z.enum(accountKinds),
      currency: z.enum(currencies),
      ownerName: z.string().nullable(),
      openedAt: instantText,
      frozenAt: instantText.nullable(),
      closedAt: instantText.nullable(),
    }),
    from: dayText,
    to: dayText,
    opening: z.int(),
    closing: z.int(),
    balanceNow: z.int(),
    heldNow: z.int(),
    totals: z
      .array(z.strictObject({ cause: z.enum(causes), in: z.int(), out: z.int(), entries: z.int() }))
      .openapi({ description: 'Of the whole period, whatever is listed.' }),
    items: z.array(StatementLine),
    nextCursor: z.string().nullable(),
    previousCursor: z.string().nullable(),
    head: z
      .strictObject({ size: z.int(), root: z.string(), at: instantText })
      .nullable()
      .openapi({ description: "The newest published head of the ledger's proof." }),
  })
  .openapi('Statement');

const Side = z
  .strictObject({
    accountId: z.uuid().nullable(),
    kind: z.enum(accountKinds),
    code: ownerCode,
    name: z.string().nullable(),
  })
  .openapi('TransferSide');

const PaidVisit = z
  .strictObject({
    orderId: z.uuid(),
    orderNumber: z.string(),
    orderState: z.string(),
    serviceCode: z.string(),
    elderName: z.string(),
    helperName: z.string().nullable(),
    startAt: instantText,
    bookedMinutes: z.int(),
    visitId: z.uuid().nullable(),
    verifiedMinutes: z.int().nullable(),
    trust: z.int().nullable().openapi({ description: '1 … 5, 5 best.' }),
    manualEdits: z.int(),
    approval: z
      .string()
      .nullable()
      .openapi({ description: 'The reason, where no visit of this city was paid.' }),
    checks: z.array(
      z.strictObject({
        kind: z.enum(['check_in', 'check_out']),
        at: instantText,
        receivedAt: instantText,
        method: z.string(),
        trust: z.int(),
        distanceM: z.int().nullable(),
        accuracyM: z.int().nullable(),
        exception: z.string().nullable(),
      }),
    ),
    confirmation: z
      .strictObject({ at: instantText, actorRole: z.string(), how: z.string().nullable() })
      .nullable(),
  })
  .openapi('PaidVisit');

export const Provenance = z
  .strictObject({
    transfer: z.strictObject({
      id: z.uuid(),
      at: instantText,
      currency: z.enum(currencies),
      amount: z.int(),
      cause: z.enum(causes),
      causeId: z.uuid().nullable(),
      author: z.strictObject({ role: z.string().nullable(), name: z.string() }),
      lapsesAt: instantText.nullable(),
      policy: z
        .strictObject({ id: z.uuid(), kind: z.string(), version: z.int(), effectiveFrom: instantText })
        .nullable(),
      debit: Side,
      credit: Side,
      mine: z.enum(['debit', 'credit', 'both']).nullable(),
    }),
    visit: PaidVisit.nullable(),
    grant: z
      .strictObject({ month: monthText, policyVersion: z.int().nullable(), lapsesAt: instantText.nullable() })
      .nullable(),
    words: z.string().nullable(),
    overflow: z.boolean().openapi({ description: 'A donation of what passed the cap.' }),
    certificate: z.string().nullable(),
    reverses: z
      .strictObject({
        transferId: z.uuid(),
        at: instantText,
        amount: z.int(),
        cause: z.enum(causes),
        reasonCode: z.enum(reversalReasons),
        note: z.string(),
      })
      .nullable(),
    reversal: z
      .strictObject({
        transferId: z.uuid().nullable(),
        state: z.enum(reversalStates),
        at: instantText,
        reasonCode: z.enum(reversalReasons),
        note: z.string(),
      })
      .nullable(),
    import: z.strictObject({ batch: z.string() }).nullable(),
    clearing: z
      .strictObject({
        partnerCode: z.string(),
        partnerName: z.string().nullable(),
        kind: z.enum(clearingKinds),
        reference: z.string().nullable(),
        reason: z.string(),
        proposedAt: instantText,
        decidedAt: instantText.nullable(),
      })
      .nullable(),
    parts: z.array(z.strictObject({ id: z.uuid(), at: instantText, cause: z.enum(causes), amount: z.int() })),
    sealed: z.strictObject({ position: z.int() }).nullable(),
  })
  .openapi('Provenance');

export const Certificate = z
  .strictObject({
    transferId: z.uuid(),
    number: z.string().openapi({ example: 'NJ-20261124-7K3M9-QD2XA' }),
    name: z.string(),
    minutes: z.int(),
    at: instantText,
    poolCode: z.string(),
    poolName: z.string().nullable(),
    overflow: z.boolean(),
    reversed: z.boolean().openapi({ description: 'Taken back as a mistake: the certificate is void.' }),
    sealed: z.boolean(),
    receiptUrl: z.string(),
  })
  .openapi('Certificate');

export const CheckedCertificate = z
  .strictObject({
    number: z.string(),
    day: dayText,
    minutes: z.int(),
    name: z.string(),
    reversed: z.boolean(),
  })
  .openapi('CheckedCertificate');
