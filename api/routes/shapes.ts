/** The records of API v1 that several routes answer with. Minutes and fen are integers, coordinates WGS-84. */
import { z } from '@hono/zod-openapi';
import {
  declineReasons,
  offerStates,
  orderStates,
  payers,
  urgencies,
  withdrawnReasons,
} from '../../db/orders/rules.ts';
import { evidenceSignals } from '../../db/visits/rules.ts';
import { instantText } from '../http/fields.ts';

const Helper = z
  .strictObject({ personId: z.uuid(), name: z.string(), kind: z.enum(['volunteer', 'carer']) })
  .openapi('Helper');

export const Order = z
  .strictObject({
    id: z.uuid(),
    number: z.string().openapi({ description: 'The number people say on the telephone.' }),
    state: z.enum(orderStates),
    serviceCode: z.string(),
    channel: z.enum(['volunteer', 'provider']),
    payer: z.enum(payers),
    elder: z
      .strictObject({ id: z.uuid(), name: z.string() })
      .openapi({ description: 'The name is masked unless the reader serves the elder or acts for them.' }),
    areaCode: z.string(),
    districtCode: z.string(),
    startAt: instantText,
    latestStartAt: instantText,
    minutes: z.int(),
    urgency: z.enum(urgencies),
    assignee: Helper.nullable(),
    visitId: z.uuid().nullable(),
    secondAssignee: Helper.nullable().openapi({ description: 'Who comes along, where two do.' }),
    providerId: z.uuid().nullable(),
    providerName: z.string().nullable(),
    lat: z.number(),
    lon: z.number(),
    createdAt: instantText,
    updatedAt: instantText,
    version: z.int(),
    doorCode: z
      .string()
      .optional()
      .openapi({ description: "4 digits to tell at the door; for the elder's side only." }),
    holdMinutes: z.int(),
    priceFen: z.int(),
    ownShareFen: z.int().openapi({ description: 'What of the price the elder pays.' }),
    planId: z.uuid().nullable().openapi({ description: 'The care plan that it was made from.' }),
    cancelledLate: z.boolean().openapi({ description: 'Cancelled later than is free.' }),
  })
  .openapi('Order');

export const Offer = z
  .strictObject({
    id: z.uuid(),
    orderId: z.uuid(),
    state: z.enum(offerStates),
    to: Helper,
    second: Helper.nullable().openapi({ description: 'Who is to come along, where two do.' }),
    roundId: z.uuid().openapi({ description: 'All asked at the same time; the first to accept comes.' }),
    wave: z.int(),
    providerId: z.uuid().nullable(),
    sentAt: instantText,
    expiresAt: instantText,
    answeredAt: instantText.nullable(),
    declineReason: z.enum(declineReasons).nullable(),
    withdrawnReason: z
      .enum(withdrawnReasons)
      .nullable()
      .openapi({ description: '`taken`: somebody else was quicker.' }),
    why: z.strictObject({
      distanceM: z.int(),
      score: z.number(),
      terms: z.array(z.strictObject({ code: z.string(), value: z.number() })),
    }),
  })
  .openapi('Offer');

export const OfferWithOrder = Offer.extend({ order: Order }).openapi('OfferWithOrder');

const Check = z
  .strictObject({
    at: instantText,
    method: z.string(),
    distanceM: z.int().nullable(),
    trust: z.int(),
    exception: z.string().nullable(),
    reasonCode: z.string().nullable().openapi({
      description: 'Why, as told then or afterwards; null with an exception: it has still to be told.',
    }),
    signals: z.array(z.enum(evidenceSignals)),
    receivedAt: instantText,
    skewSeconds: z.int().nullable().openapi({
      description: "How far the phone's clock was ahead of ours; null where the check was not sent later.",
    }),
  })
  .openapi('Check');

export const Visit = z
  .strictObject({
    id: z.uuid(),
    orderId: z.uuid(),
    serviceCode: z.string(),
    state: z.enum(['planned', 'started', 'finished', 'missed', 'cancelled']),
    elder: z.strictObject({
      name: z.string(),
      address: z.string(),
      phoneMasked: z.string(),
      lat: z.number(),
      lon: z.number(),
    }),
    assignee: Helper,
    plannedStartAt: instantText,
    plannedEndAt: instantText,
    checkIn: Check.nullable(),
    checkOut: Check.nullable(),
    verifiedMinutes: z.int().nullable(),
    atTwoVisits: z.boolean().openapi({
      description: 'Whoever came was at another visit at the same time, by the times that count.',
    }),
    note: z.string().nullable(),
    place: z.int().openapi({ description: '1, or 2 for the second of two who come together.' }),
    orderNumber: z.string(),
    tasks: z.array(z.strictObject({ code: z.string(), done: z.boolean() })),
    superseded: z
      .array(Check.extend({ kind: z.enum(['check_in', 'check_out']) }))
      .openapi({ description: 'Checks that came after one that stands; kept as evidence.' }),
    phoneCodes: z
      .strictObject({ checkIn: z.string(), checkOut: z.string() })
      .nullable()
      .openapi({ description: "Six digits to say on the home's telephone; for whoever visits." }),
  })
  .openapi('Visit');

export const OrderDetail = Order.extend({
  history: z.array(
    z.strictObject({
      at: instantText,
      from: z.enum(orderStates).nullable(),
      to: z.enum(orderStates),
      actorRole: z.string(),
      actorName: z.string(),
      onBehalfOf: z.uuid().nullable(),
      reason: z.string().nullable(),
    }),
  ),
  offers: z.array(Offer),
  visit: Visit.nullable(),
  rating: z
    .strictObject({ answers: z.array(z.int()), comment: z.string().nullable(), at: instantText })
    .nullable(),
}).openapi('OrderDetail');
