/** Relations between persons (T5, T6): asked for by one of them, verified by a station against a paper, ended. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Reach } from '../../db/connect/reach.ts';
import { askKinship, decideKinship, endKinship } from '../../db/people/kinships.ts';
import { listKinships, readKinship } from '../../db/people/kinshipViews.ts';
import { kinDocuments, kinRelations, kinshipStates } from '../../db/people/rules.ts';
import type { Consent } from '../auth/policy.ts';
import { callerOf, type Principal } from '../auth/principal.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantText, named, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

const tags = ['kinships'];

const Kinship = z
  .strictObject({
    id: z.uuid(),
    relation: z.enum(kinRelations).openapi({
      description: "What `relative` is to `person`; in one's own list `person` is oneself.",
    }),
    isLineal: z.boolean().openapi({ description: '直系亲属: all but the spouse.' }),
    state: z.enum(kinshipStates),
    document: z.enum(kinDocuments),
    person: z.strictObject({ id: z.uuid(), name: z.string() }),
    relative: z.strictObject({ id: z.uuid(), name: z.string() }),
    askedAt: instantText,
    decidedAt: instantText.nullable(),
    endedAt: instantText.nullable(),
    reason: z.string().nullable(),
  })
  .openapi('Kinship');

const PersonInFull = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  birthDate: z.string(),
  gender: z.enum(['female', 'male']),
});
const KinshipInFull = Kinship.extend({ person: PersonInFull, relative: PersonInFull }).openapi(
  'KinshipInFull',
);

const NewKinship = z
  .strictObject({
    personId: z.uuid().optional().openapi({ description: 'Whose relative; oneself when left out.' }),
    relative: named,
    relation: z.enum(kinRelations).openapi({ description: 'What the relative is to the person.' }),
    document: z.enum(kinDocuments).openapi({ description: 'The paper that will be shown at the station.' }),
  })
  .openapi('NewKinship');

const isDesk = (principal: Principal): boolean =>
  principal.role === 'station' || principal.role === 'regulator';

/** For a desk its area; for everybody else oneself, and the elders who let a family member do this. */
function reachFor(principal: Principal, reach: Reach, consent: Consent): Reach {
  if (isDesk(principal)) return reach;
  const elders = principal.actsFor.filter((one) => one.scopes.includes(consent)).map((one) => one.elderId);
  return { kind: 'elders', elderIds: [...(principal.personId ? [principal.personId] : []), ...elders] };
}

export function kinshipRoutes(context: ApiContext) {
  const { db } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/kinships',
        tags,
        summary: 'My relations; for a station those that wait in its area',
        request: {
          query: z.strictObject({
            ...pageQuery,
            personId: z.uuid().optional(),
            state: z.enum(kinshipStates).optional(),
          }),
        },
        responses: answer(pageOf(Kinship), 'Oldest first'),
      }),
      async (c) => {
        const { limit, cursor, personId, state } = c.req.valid('query');
        const principal = callerOf(c);
        const reach = reachFor(principal, c.get('reach'), 'see');
        const own = isDesk(principal) ? undefined : (principal.personId ?? undefined);
        const waiting = isDesk(principal) && !personId ? ('asked' as const) : undefined;
        const filter = { personId: personId ?? own, state: state ?? waiting };
        const [after = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const rows = await listKinships(db, reach, filter, limit + 1, after);
        return c.json(written(page(rows, limit, (row) => [row.id])), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/kinships',
        tags,
        summary: 'Ask to have a relation verified; the relative is named by name and number',
        request: jsonBody(NewKinship),
        responses: { 201: answer(Kinship, 'Waits for a station')[200] },
      }),
      async (c) => {
        const { personId: given, ...ask } = c.req.valid('json');
        const principal = callerOf(c);
        const personId = given ?? (isDesk(principal) ? null : principal.personId);
        if (!personId) throw new Problem('not_found', { field: 'personId' });
        const reach = reachFor(principal, c.get('reach'), 'book');
        const asked = await carryOut(
          c,
          context,
          async (tx, act) => written(await askKinship(tx, act, reach, { ...ask, personId })),
          { onBehalfOf: personId, status: 201 },
        );
        return c.json(asked, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/kinships/{id}',
        tags,
        summary: 'One relation with both persons in full, to compare with the paper; both see who read it',
        request: { params: idParam },
        responses: answer(KinshipInFull, 'The relation'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const full = await carryOut(c, context, async (tx, act) =>
          written(await readKinship(tx, act, c.get('reach'), id)),
        );
        return c.json(full, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/kinships/{id}/decide',
        tags,
        summary: 'Verify a relation after seeing the paper, or refuse it with a reason; never by who asked',
        request: {
          params: idParam,
          ...jsonBody(
            z.strictObject({ decision: z.enum(['verify', 'refuse']), reason: writing(4, 200).optional() }),
          ),
        },
        responses: answer(Kinship, 'Decided'),
      }),
      async (c) => {
        const decision = { id: c.req.valid('param').id, ...c.req.valid('json') };
        const decided = await carryOut(c, context, async (tx, act) =>
          written(await decideKinship(tx, act, c.get('reach'), decision)),
        );
        return c.json(decided, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/kinships/{id}/end',
        tags,
        summary: 'End a relation, or take the request back: a divorce, a mistake',
        request: { params: idParam, ...jsonBody(z.strictObject({ reason: writing(4, 200) })) },
        responses: answer(Kinship, 'Ended'),
      }),
      async (c) => {
        const end = { id: c.req.valid('param').id, ...c.req.valid('json') };
        const reach = reachFor(callerOf(c), c.get('reach'), 'book');
        const ended = await carryOut(c, context, async (tx, act) =>
          written(await endKinship(tx, act, reach, end)),
        );
        return c.json(ended, 200);
      },
    );
}
