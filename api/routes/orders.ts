/** Orders: booked by the elder's side or a desk, read by whom they concern. What is done with one is in orderActs.ts. */
import { createRoute, z } from '@hono/zod-openapi';
import { writeAudit } from '../../db/audit/audit.ts';
import { type Act, refuse } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { dayBounds } from '../../db/connect/days.ts';
import type { Reach } from '../../db/connect/reach.ts';
import { type Booking, bookOrders } from '../../db/orders/book.ts';
import { historyOf } from '../../db/orders/historyOf.ts';
import { offersOfOrder } from '../../db/orders/offerViews.ts';
import { type OrderState, orderStates, payers } from '../../db/orders/rules.ts';
import { findOrder, listOrders, type OrderView, ordersSeen } from '../../db/orders/views.ts';
import { eldersWithin } from '../../db/people/elderViews.ts';
import { ratingOf } from '../../db/visits/ratingOf.ts';
import { visitOfOrder } from '../../db/visits/views.ts';
import { DESK_ROLES, expectConsentToSpend, holderOf } from '../auth/booking.ts';
import { callerOf } from '../auth/principal.ts';
import { setVersion } from '../http/conditional.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { dayText, divisionCode, idParam, instantGiven, writing } from '../http/fields.ts';
import { actOf } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { type Asked, carryOutTogether } from '../http/together.ts';
import { written } from '../http/written.ts';
import { payerOf } from './redeeming.ts';
import { Order, OrderDetail } from './shapes.ts';

const tags = ['orders'];

const stateList = z
  .string()
  .max(120)
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(orderStates)).min(1))
  .openapi({
    type: 'string',
    description: 'One state, or several with commas between.',
    example: 'requested,offered',
  });

const NewOrder = z
  .strictObject({
    elderId: z.uuid(),
    serviceCode: z.string().min(1).max(40),
    startAt: instantGiven,
    minutes: z.int().min(5).max(1440).optional().openapi({ description: "The service's own when left out." }),
    payer: z.enum(payers),
    holderId: z
      .uuid()
      .optional()
      .openapi({ description: "Whose hours pay: the elder's when left out, else a verified relative's." }),
    note: writing(1, 500).optional(),
    despiteConflicts: z
      .boolean()
      .optional()
      .openapi({ description: 'Also where the elder has another visit at that time.' }),
  })
  .openapi('NewOrder');

interface BookingAsked {
  booking: Booking;
  reach: Reach;
  isForRelative: boolean;
}

/** Books what several ask for at once; each sees the order as the caller may. */
async function bookAll(tx: Tx, act: Act, asked: readonly Asked<BookingAsked>[]) {
  const within = await eldersWithin(
    tx,
    asked.map(({ item }) => ({ elderId: item.booking.elderId, reach: item.reach })),
  );
  // Whoever pays for a relative needs no other leave than the relation, which the booking asks for (T5). Nobody else
  // learns of an elder out of reach, not even by another refusal.
  if (asked.some(({ item }, i) => !within[i] && !item.isForRelative)) refuse('not_found', 'elderId');
  const booked = await bookOrders(
    tx,
    act,
    asked.map(({ item, principal }) => ({
      ...item.booking,
      by: actOf(principal, item.booking.elderId, act.at),
    })),
  );
  const readers = new Map(
    booked.map((order, i): [string, Reach] => {
      const { item, principal } = asked[i] as Asked<BookingAsked>;
      return [order.id, within[i] ? item.reach : payerOf(principal)];
    }),
  );
  const seen = await ordersSeen(tx, readers);
  return booked.map((order) => written(seen.get(order.id) as OrderView));
}

export function orderRoutes(context: ApiContext) {
  const { db, now } = context;
  const book = carryOutTogether(context, bookAll, { status: 201, version: (order) => order.version });
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/orders',
        tags,
        summary: 'Orders within my reach',
        request: {
          query: z.strictObject({
            ...pageQuery,
            state: stateList.optional(),
            district: divisionCode.optional(),
            date: dayText.optional().openapi({ description: 'The day of the start, in Asia/Shanghai.' }),
            elderId: z.uuid().optional(),
            providerId: z.uuid().optional(),
          }),
        },
        responses: answer(pageOf(Order), 'By start, latest first'),
      }),
      async (c) => {
        const { limit, cursor, state, district, date, elderId, providerId } = c.req.valid('query');
        const keys = keysOf(cursor, [instantGiven, z.uuid()] as const);
        const filter = {
          states: state as OrderState[] | undefined,
          districtCode: district,
          elderId,
          providerId,
          ...(date ? dayBounds(date) : {}),
        };
        const after = keys && { startAt: keys[0], id: keys[1] };
        const rows = await listOrders(db, c.get('reach'), filter, limit + 1, after);
        return c.json(written(page(rows, limit, (row) => [row.startAt.toISOString(), row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/orders',
        tags,
        summary: "Book a service; the elder's minutes or subsidy are set aside",
        request: jsonBody(NewOrder),
        responses: { 201: answer(Order, 'Booked')[200] },
      }),
      async (c) => {
        const { elderId, note, holderId: given, despiteConflicts, ...booking } = c.req.valid('json');
        const reach = c.get('reach');
        const principal = callerOf(c);
        const holderId = holderOf(principal, elderId, given);
        const isForRelative = holderId !== elderId && holderId === principal.personId;
        if (!isForRelative) expectConsentToSpend(principal, elderId, booking.payer);
        const order = await book(c, {
          booking: { ...booking, elderId, holderId, note: note ?? null, expectFree: !despiteConflicts },
          reach,
          isForRelative,
        });
        return c.json(order, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/orders/{id}',
        tags,
        summary: 'One order with its history, offers, visit and rating',
        request: { params: idParam },
        responses: answer(OrderDetail, 'The order; its version is the ETag'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const reach = c.get('reach');
        const principal = callerOf(c);
        const order = await findOrder(db, reach, id);
        if (!order) throw new Problem('not_found', { field: 'id' });
        const elderSide = reach.kind === 'elders';
        const [history, offers, visit] = await Promise.all([
          historyOf(db, order, !elderSide),
          offersOfOrder(db, reach, id),
          visitOfOrder(db, reach, order),
        ]);
        // A single rating is for the elder's side and the desks: those it is about would know whose it is.
        const mayKnowRating = elderSide || reach.kind === 'area' || reach.kind === 'all';
        const rating = visit && mayKnowRating ? await ratingOf(db, visit.id) : null;
        if (DESK_ROLES.includes(principal.role)) {
          const read = { action: 'order.read', personId: order.elder.id, recordId: id };
          await writeAudit(db, actOf(principal, null, now()), [read]);
        }
        setVersion(c, order.version);
        return c.json(written({ ...order, history, offers, visit, rating }), 200);
      },
    );
}
