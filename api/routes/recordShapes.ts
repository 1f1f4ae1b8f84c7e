/** The record of a visit as it is shown: evidence, corrections, what was said. */
import { z } from '@hono/zod-openapi';
import {
  actionCodes,
  editReasons,
  editStates,
  evidenceSignals,
  reasonSubjects,
  unlockStates,
} from '../../db/visits/rules.ts';
import { instantText } from '../http/fields.ts';
import { Visit } from './shapes.ts';

export const Edit = z
  .strictObject({
    id: z.uuid(),
    visitId: z.uuid(),
    state: z.enum(editStates),
    checkInBefore: instantText.nullable(),
    checkInAt: instantText.nullable(),
    checkOutBefore: instantText.nullable(),
    checkOutAt: instantText.nullable(),
    differenceMinutes: z.int(),
    needsSecond: z.boolean(),
    reasonCode: z.enum(editReasons),
    actionCode: z.enum(actionCodes),
    note: z.string(),
    askedBy: z.string(),
    askedAt: instantText,
    decidedBy: z.string().nullable(),
    decidedAt: instantText.nullable(),
  })
  .openapi('VisitEdit');

/** Which visit a correction in a list is of. */
const visit = z.strictObject({ serviceCode: z.string(), plannedStartAt: instantText, helper: z.string() });
export const ListedEdit = Edit.extend({ visit }).openapi('ListedVisitEdit');

const Unlock = z
  .strictObject({
    id: z.uuid(),
    visitId: z.uuid(),
    state: z.enum(unlockStates),
    reasonCode: z.enum(editReasons),
    note: z.string(),
    askedBy: z.string(),
    askedAt: instantText,
    decidedBy: z.string().nullable(),
    decidedAt: instantText.nullable(),
    expiresAt: instantText.nullable().openapi({ description: 'When the times are locked again.' }),
  })
  .openapi('VisitUnlock');
export const ListedUnlock = Unlock.extend({ visit }).openapi('ListedVisitUnlock');

export const VisitRecordShape = z
  .strictObject({
    visit: Visit,
    checkInAt: instantText.nullable().openapi({ description: 'What counts, with the edits in force.' }),
    checkOutAt: instantText.nullable(),
    trust: z.int().nullable(),
    manualEdits: z.int(),
    evidence: z.array(
      z.strictObject({
        kind: z.enum(['check_in', 'check_out']),
        outcome: z.enum(['taken', 'superseded']),
        method: z.string(),
        trust: z.int(),
        deviceAt: instantText,
        receivedAt: instantText,
        skewSeconds: z.int().nullable(),
        distanceM: z.int().nullable(),
        accuracyM: z.int().nullable(),
        mockLocation: z.boolean().nullable(),
        exception: z.string().nullable(),
        reasonCode: z.string().nullable(),
        actionCode: z.string().nullable(),
        signals: z.array(z.enum(evidenceSignals)),
      }),
    ),
    edits: z.array(Edit),
    correction: z.strictObject({
      state: z.enum(['open', 'locked', 'closed']).openapi({
        description: '`closed`: settled, missed or cancelled; that is reversed instead.',
      }),
      lockedSince: z.string().nullable(),
      openUntil: instantText.nullable().openapi({ description: 'Locked by its age, but opened until then.' }),
      minutesAlone: z
        .int()
        .openapi({ description: 'A correction by more minutes waits for a second person.' }),
    }),
    unlocks: z.array(Unlock),
    overlaps: z
      .array(
        z.strictObject({
          from: instantText.nullable(),
          until: instantText.nullable(),
          serviceCode: z.string().openapi({ description: 'Of the other visit.' }),
          foundAt: instantText,
          clearedAt: instantText.nullable().openapi({ description: 'When corrected times ended it.' }),
        }),
      )
      .openapi({ description: 'Other visits that the same person was at at the same time.' }),
    photoLimits: z.strictObject({ count: z.int(), bytes: z.int() }),
    notes: z.array(
      z.strictObject({
        kind: z.string(),
        at: instantText,
        text: z.string().nullable(),
        taskCode: z.string().nullable(),
        done: z.boolean().nullable(),
        about: z.enum(reasonSubjects).nullable(),
        reasonCode: z.string().nullable(),
      }),
    ),
    photos: z.array(z.strictObject({ id: z.uuid(), mediaType: z.string(), bytes: z.int(), at: instantText })),
  })
  .openapi('VisitRecord');
