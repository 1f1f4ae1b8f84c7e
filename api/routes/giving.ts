/** Giving hours: to a verified relative, or to a public pool (T6); and the stop on what leaves a person's accounts. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { certificateNumber } from '../../db/bank/certificates.ts';
import { freezePerson } from '../../db/bank/freeze.ts';
import { donate, give, MOST_WORDS } from '../../db/bank/give.ts';
import type { Act } from '../../db/connect/act.ts';
import { refuse } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { personWithin } from '../../db/people/personWithin.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { idParam, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';

const tags = ['time bank'];
const MOST_MINUTES = 100_000;
const minutes = z.int().min(1).max(MOST_MINUTES);
const words = writing(1, MOST_WORDS).optional();
const personId = z
  .uuid()
  .optional()
  .openapi({ description: 'Whose hours: oneself when left out; family and station say for whom.' });
const Standing = { balance: z.int(), available: z.int() };
const Overflow = z.strictObject({ transferId: z.uuid(), minutes: z.int() });

const Given = z
  .strictObject({
    transferId: z.uuid(),
    minutes: z.int(),
    overflow: Overflow.nullable().openapi({
      description: "What passed the receiver's cap and was donated in their name.",
    }),
    ...Standing,
  })
  .openapi('Given');

const Donated = z
  .strictObject({
    transferId: z.uuid(),
    minutes: z.int(),
    poolCode: z.string().openapi({ description: 'A district, the city, or `key-elders`.' }),
    certificate: z.string().openapi({ description: 'The number of the certificate.' }),
    ...Standing,
  })
  .openapi('Donated');

const Frozen = z
  .strictObject({ personId: z.uuid(), frozen: z.boolean(), accounts: z.int() })
  .openapi('Frozen');

export function givingRoutes(context: ApiContext) {
  /** Does something with the hours of the person named, if the caller may; the giver's own record keeps both names. */
  async function withHours<T extends object>(
    c: Context<Env>,
    given: string | undefined,
    work: (tx: Tx, act: Act, personId: string) => Promise<T>,
  ): Promise<T> {
    const { role, personId: own } = callerOf(c);
    const whose = given ?? own;
    if (!whose) throw new Problem('not_found', { field: 'personId' });
    const reach = c.get('reach');
    return carryOut(
      c,
      context,
      async (tx, act) => {
        if (role === 'station') await personWithin(tx, reach, whose);
        else if (reach.kind !== 'elders' || !reach.elderIds.includes(whose)) refuse('not_yours', 'personId');
        return work(tx, act, whose);
      },
      { onBehalfOf: whose, status: 201 },
    );
  }

  async function freeze(c: Context<Env>, id: string, isFrozen: boolean, reason: string) {
    return carryOut(
      c,
      context,
      async (tx, act) => {
        await personWithin(tx, c.get('reach'), id);
        const accounts = await freezePerson(tx, act, id, isFrozen, reason);
        return { personId: id, frozen: isFrozen, accounts };
      },
      { onBehalfOf: id },
    );
  }

  return newRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/gifts',
        tags,
        summary: 'Give hours to a verified lineal relative; what passes their cap goes to the pool',
        request: jsonBody(z.strictObject({ personId, toPersonId: z.uuid(), minutes, words })),
        responses: { 201: answer(Given, 'Given')[200] },
      }),
      async (c) => {
        const { personId: given, ...gift } = c.req.valid('json');
        const done = await withHours(c, given, (tx, act, fromPersonId) =>
          give(tx, act, { ...gift, fromPersonId }),
        );
        return c.json(done, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/donations',
        tags,
        summary: "Donate hours to the pool of one's district, of the city, or for key elders",
        request: jsonBody(
          z.strictObject({
            personId,
            minutes,
            forKeyElders: z.boolean().optional(),
            toCity: z.boolean().optional(),
            words,
          }),
        ),
        responses: { 201: answer(Donated, 'Donated, with the number of its certificate')[200] },
      }),
      async (c) => {
        const { personId: given, forKeyElders, toCity, ...donation } = c.req.valid('json');
        const to = forKeyElders
          ? ('key_elders' as const)
          : toCity
            ? ('city' as const)
            : ('district' as const);
        const done = await withHours(c, given, async (tx, act, whose) => {
          const donated = await donate(tx, act, { ...donation, from: { personId: whose }, to });
          return { ...donated, certificate: certificateNumber(donated.transferId) };
        });
        return c.json(done, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/people/{id}/accounts/freeze',
        tags,
        summary: "Stop what leaves a person's accounts, for a reason; what comes in still comes in",
        request: { params: idParam, ...jsonBody(z.strictObject({ reason: writing(4, 200) })) },
        responses: answer(Frozen, 'Frozen'),
      }),
      async (c) => c.json(await freeze(c, c.req.valid('param').id, true, c.req.valid('json').reason), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/people/{id}/accounts/thaw',
        tags,
        summary: 'End the stop, for a reason',
        request: { params: idParam, ...jsonBody(z.strictObject({ reason: writing(4, 200) })) },
        responses: answer(Frozen, 'Open again'),
      }),
      async (c) => c.json(await freeze(c, c.req.valid('param').id, false, c.req.valid('json').reason), 200),
    );
}
