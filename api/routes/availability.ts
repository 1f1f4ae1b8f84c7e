/** When helpers can come: absences, volunteers' hours and wishes, carers' shifts, certificates. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { absentPerson, endAbsences, recordAbsences } from '../../db/availability/absence.ts';
import { bookedOf } from '../../db/availability/bookedOf.ts';
import {
  certificatesOf,
  certifiedPerson,
  recordCertificates,
  revokeCertificate,
} from '../../db/availability/certificates.ts';
import { helperWithin } from '../../db/availability/helperOf.ts';
import { hoursOf, setHours } from '../../db/availability/hours.ts';
import { absenceKinds } from '../../db/availability/rules.ts';
import { listAbsences } from '../../db/availability/views.ts';
import { attempt } from '../../db/connect/act.ts';
import type { Database, Tx } from '../../db/connect/database.ts';
import { setVolunteering, volunteeringOf } from '../../db/people/volunteering.ts';
import { setShifts, shiftsOf } from '../../db/providers/shifts.ts';
import { catalogueAt } from '../../db/services/catalogue.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { dayText, idParam, instantGiven, instantText, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, done, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const tags = ['availability'];

const window = z
  .strictObject({
    weekday: z.int().min(1).max(7).openapi({ description: '1 Monday … 7 Sunday.' }),
    startMinute: z.int().min(0).max(1439),
    endMinute: z.int().min(1).max(2879).openapi({ description: 'Beyond 1440 it ends on the next day.' }),
  })
  .openapi('WeeklyWindow', { description: 'Minutes since midnight in Asia/Shanghai.' });
const week = z.array(window).max(21);

const Booked = z
  .strictObject({
    orderId: z.uuid(),
    number: z.int(),
    serviceCode: z.string(),
    startAt: instantText,
    minutes: z.int(),
    isRunning: z.boolean(),
  })
  .openapi('BookedVisit');

const Absence = z
  .strictObject({
    id: z.uuid(),
    personId: z.uuid(),
    name: z.string(),
    kind: z.enum(absenceKinds),
    startAt: instantText,
    endAt: instantText,
    reason: z.string().nullable(),
  })
  .openapi('Absence');

const Availability = z
  .strictObject({
    hours: week.openapi({ description: 'None: always.' }),
    maxMetres: z.int().min(100).max(50_000),
    weeklyAskCap: z.int().min(0).max(50),
    services: z.array(z.string().max(40)).max(40),
  })
  .openapi('Availability');

const certificateFields = {
  kind: z
    .string()
    .regex(/^[a-z][a-z0-9_]{1,39}$/)
    .openapi({ description: 'Such as `health` or `first_aid`.' }),
  number: writing(1, 60),
  validFrom: dayText,
  validUntil: dayText,
};
const Certificate = z
  .strictObject({
    id: z.uuid(),
    personId: z.uuid(),
    ...certificateFields,
    revokedAt: instantText.nullable(),
    revokedReason: z.string().nullable(),
  })
  .openapi('HelperCertificate');

const personQuery = z.strictObject({
  personId: z.uuid().optional().openapi({ description: 'Myself when left out.' }),
});

/** The helper that is asked for, or the caller; always within reach. */
function helperAsked(c: Context<Env>, db: Database | Tx, personId: string | undefined) {
  const id = personId ?? callerOf(c).personId;
  if (!id) throw new Problem('not_found', { field: 'personId' });
  return found(() => helperWithin(db, c.get('reach'), id));
}

/** What a query of the books refuses outside a command is a problem, too. */
async function found<T>(read: () => Promise<T>): Promise<T> {
  const outcome = await attempt(read);
  if (!outcome.ok) throw Problem.of(outcome.refusal);
  return outcome.value;
}

export function availabilityRoutes(context: ApiContext) {
  const { db, now } = context;

  async function availabilityOf(reads: Database | Tx, personId: string) {
    const [hours, wishes] = await Promise.all([hoursOf(reads, personId), volunteeringOf(reads, personId)]);
    return { hours, ...wishes };
  }

  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/absences',
        tags,
        summary: 'Absences that are not over: mine, or those of my carers or of the volunteers of my area',
        request: { query: personQuery.extend(pageQuery) },
        responses: answer(pageOf(Absence), 'Soonest first'),
      }),
      async (c) => {
        const { personId, limit, cursor } = c.req.valid('query');
        const keys = keysOf(cursor, [instantGiven, z.uuid()] as const);
        const after = keys && { startAt: keys[0], id: keys[1] };
        const rows = await listAbsences(db, c.get('reach'), personId ?? null, now(), limit + 1, after);
        return c.json(written(page(rows, limit, (row) => [row.startAt.toISOString(), row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/absences/visits',
        tags,
        summary: 'Visits promised in a time, before an absence is recorded over it',
        request: { query: personQuery.extend({ from: instantGiven, until: instantGiven }) },
        responses: answer(z.strictObject({ items: z.array(Booked) }), 'In the order of time, at most 500'),
      }),
      async (c) => {
        const { personId, from, until } = c.req.valid('query');
        if (until <= from) throw new Problem('invalid', { field: 'until' });
        const helper = await helperAsked(c, db, personId);
        const booked = await bookedOf(db, [{ personId: helper.personId, startAt: from, endAt: until }]);
        const items = booked.map(({ personId: _, visitId: __, ...visit }) => written(visit));
        return c.json({ items }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/absences',
        tags,
        summary: 'Record an absence; visits promised in it are arranged anew, or stand in its way',
        request: jsonBody(
          z.strictObject({
            personId: z.uuid().optional(),
            kind: z.enum(absenceKinds),
            startAt: instantGiven,
            endAt: instantGiven,
            reason: writing(1, 200).optional(),
            redispatch: z.boolean().default(false).openapi({
              description: 'Promised visits go to others. Whoever is sick need not say so.',
            }),
          }),
        ),
        responses: answer(
          z.strictObject({ id: z.uuid(), redispatched: z.array(Booked) }),
          'Recorded, with the visits that are arranged anew',
        ),
      }),
      async (c) => {
        const { personId, reason, ...given } = c.req.valid('json');
        // A carer's leave is planned with the provider; whoever is sick says so at once.
        if (callerOf(c).role === 'carer' && given.kind !== 'sick')
          throw new Problem('not_yours', { field: 'kind' });
        const helper = await helperAsked(c, db, personId);
        const recorded = await carryOut(
          c,
          context,
          async (tx, act) => {
            const [absence] = await recordAbsences(tx, act, [{ helper, reason: reason ?? null, ...given }]);
            if (!absence) throw new Error('an absence was not recorded');
            const redispatched = absence.redispatched.map(({ personId: _, visitId: __, ...visit }) =>
              written(visit),
            );
            return { id: absence.id, redispatched };
          },
          { onBehalfOf: helper.personId },
        );
        return c.json(recorded, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/absences/{id}/end',
        tags,
        summary: 'End an absence now, or take it back',
        request: { params: idParam, ...jsonBody(z.strictObject({})) },
        responses: answer(done, 'Ended'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const ended = await carryOut(c, context, async (tx, act) => {
          await helperWithin(tx, c.get('reach'), await absentPerson(tx, id));
          await endAbsences(tx, act, [id]);
          return { ok: true as const };
        });
        return c.json(ended, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/availability',
        tags,
        summary: 'When, how far and with what a volunteer helps',
        request: { query: personQuery },
        responses: answer(Availability, 'Mine, or a volunteer’s of my area'),
      }),
      async (c) => {
        const helper = await helperAsked(c, db, c.req.valid('query').personId);
        return c.json(await found(() => availabilityOf(db, helper.personId)), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/v1/availability',
        tags,
        summary: 'Choose when, how far, how often and with what a volunteer helps; promised visits stay',
        request: { query: personQuery, ...jsonBody(Availability) },
        responses: answer(Availability, 'Kept, windows that touch joined'),
      }),
      async (c) => {
        const { hours, ...wishes } = c.req.valid('json');
        const { byCode } = await catalogueAt(db, now());
        const unknown = wishes.services.find((code) => !byCode.has(code));
        if (unknown !== undefined) throw new Problem('invalid', { field: 'services' });
        const { personId } = await helperAsked(c, db, c.req.valid('query').personId);
        const kept = await carryOut(
          c,
          context,
          async (tx, act) => {
            await setVolunteering(tx, act, personId, wishes);
            await setHours(tx, act, personId, hours);
            return availabilityOf(tx, personId);
          },
          { onBehalfOf: personId },
        );
        return c.json(kept, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/carers/{id}/shifts',
        tags,
        summary: 'A carer’s weekly shifts',
        request: { params: idParam },
        responses: answer(z.strictObject({ shifts: week }), 'In the order of the week'),
      }),
      async (c) => {
        const { personId } = await helperAsked(c, db, c.req.valid('param').id);
        return c.json({ shifts: await shiftsOf(db, personId) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'put',
        path: '/api/v1/carers/{id}/shifts',
        tags,
        summary: 'Set a carer’s weekly shifts; promised visits stay',
        request: { params: idParam, ...jsonBody(z.strictObject({ shifts: week })) },
        responses: answer(z.strictObject({ shifts: week }), 'Kept, shifts that touch joined'),
      }),
      async (c) => {
        const { personId } = await helperAsked(c, db, c.req.valid('param').id);
        const kept = await carryOut(
          c,
          context,
          async (tx, act) => ({ shifts: await setShifts(tx, act, personId, c.req.valid('json').shifts) }),
          { onBehalfOf: personId },
        );
        return c.json(kept, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/helper-certificates',
        tags,
        summary: 'A helper’s certificates',
        request: { query: personQuery },
        responses: answer(
          z.strictObject({ items: z.array(Certificate) }),
          'Those in force first, at most 50',
        ),
      }),
      async (c) => {
        const { personId } = await helperAsked(c, db, c.req.valid('query').personId);
        return c.json({ items: written(await certificatesOf(db, personId)) }, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/helper-certificates',
        tags,
        summary: 'Record a certificate that I have seen',
        request: jsonBody(z.strictObject({ personId: z.uuid(), ...certificateFields })),
        responses: answer(z.strictObject({ id: z.uuid() }), 'Recorded'),
      }),
      async (c) => {
        const certificate = c.req.valid('json');
        await helperAsked(c, db, certificate.personId);
        const recorded = await carryOut(
          c,
          context,
          async (tx, act) => {
            const [id] = await recordCertificates(tx, act, [certificate]);
            if (!id) throw new Error('a certificate was not recorded');
            return { id };
          },
          { onBehalfOf: certificate.personId },
        );
        return c.json(recorded, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/helper-certificates/{id}/revoke',
        tags,
        summary: 'Revoke a certificate; who needs it is not asked any more',
        request: { params: idParam, ...jsonBody(z.strictObject({ reason: writing(4, 200) })) },
        responses: answer(done, 'Revoked'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const revoked = await carryOut(c, context, async (tx, act) => {
          await helperWithin(tx, c.get('reach'), await certifiedPerson(tx, id));
          await revokeCertificate(tx, act, id, c.req.valid('json').reason);
          return { ok: true as const };
        });
        return c.json(revoked, 200);
      },
    );
}
