/** Giving (T6): to a verified relative, or to a public pool; by the holder, by family who may spend, or at the station. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { certificateNumber } from '../../db/bank/certificates.ts';
import { donate, give, MOST_WORDS } from '../../db/bank/give.ts';
import type { Tx } from '../../db/connect/database.ts';
import { personWithin } from '../../db/people/personWithin.ts';
import { teamOf } from '../../db/people/teamOf.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, type Env, newRouter } from '../http/context.ts';
import { writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { Problem } from '../http/problems.ts';

const tags = ['time bank'];
const minutes = z.int().min(1).max(10_000_000);
const words = writing(1, MOST_WORDS).optional().openapi({ description: 'What the giver writes with it.' });
const whose = z
  .uuid()
  .optional()
  .openapi({ description: 'Whose hours; the caller, or the one elder whom the caller may spend for.' });

const Given = z
  .strictObject({
    transferId: z.uuid(),
    minutes: z.int(),
    overflow: z
      .strictObject({ transferId: z.uuid(), minutes: z.int() })
      .nullable()
      .openapi({ description: "What passed the receiver's cap and was donated in their name." }),
    balance: z.int().openapi({ description: "Of the giver's account, afterwards." }),
    available: z.int(),
  })
  .openapi('Given');

const Donated = z
  .strictObject({
    transferId: z.uuid(),
    minutes: z.int(),
    poolCode: z.string().openapi({ description: 'A district, the city, or `key-elders`.' }),
    certificate: z.string().openapi({ description: 'Number of the certificate of donation.' }),
    balance: z.int(),
    available: z.int(),
  })
  .openapi('Donated');

/** Whose hours are meant: of the person named, else the caller's own or those of the one elder in reach. */
function holderOf(c: Context<Env>, asked: string | undefined): string {
  const reach = c.get('reach');
  const own = callerOf(c).role === 'family' ? null : callerOf(c).personId;
  const only = reach.kind === 'elders' && reach.elderIds.length === 1 ? reach.elderIds[0] : null;
  const personId = asked ?? own ?? only;
  if (!personId) throw new Problem('not_found', { field: 'personId' });
  return personId;
}

/** Refuses a team that the caller neither leads nor looks after at its station. */
async function expectTeam(c: Context<Env>, tx: Tx, teamId: string): Promise<void> {
  const reach = c.get('reach');
  const team = await teamOf(tx, teamId);
  const isTheirs =
    reach.kind === 'area'
      ? team?.areaCode.startsWith(reach.areaCode)
      : team !== undefined && team.leaderId === callerOf(c).personId;
  if (!isTheirs) throw new Problem('not_found', { field: 'teamId' });
}

export function givingRoutes(context: ApiContext) {
  return newRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/gifts',
        tags,
        summary: 'Give hours to a verified lineal relative',
        request: jsonBody(
          z.strictObject({ personId: whose, toPersonId: z.uuid(), minutes, words }).openapi('NewGift'),
        ),
        responses: { 201: answer(Given, 'Given; it cannot be taken back')[200] },
      }),
      async (c) => {
        const { personId, ...gift } = c.req.valid('json');
        const fromPersonId = holderOf(c, personId);
        const given = await carryOut(
          c,
          context,
          async (tx, act) => {
            await personWithin(tx, c.get('reach'), fromPersonId);
            return give(tx, act, { ...gift, fromPersonId });
          },
          { onBehalfOf: fromPersonId, status: 201 },
        );
        return c.json(given, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/donations',
        tags,
        summary:
          "Donate one's own hours, or a team's, to the pool of the district, of the city or for key elders",
        request: jsonBody(
          z
            .strictObject({
              personId: whose,
              teamId: z
                .uuid()
                .optional()
                .openapi({ description: 'A team that the caller leads, or of the station.' }),
              minutes,
              forKeyElders: z.boolean().default(false),
              toCity: z.boolean().default(false),
              words,
            })
            .openapi('NewDonation'),
        ),
        responses: { 201: answer(Donated, 'Donated')[200] },
      }),
      async (c) => {
        const { personId, teamId, forKeyElders, toCity, ...given } = c.req.valid('json');
        const to = forKeyElders ? 'key_elders' : toCity ? 'city' : 'district';
        const holderId = teamId ? null : holderOf(c, personId);
        const from = holderId ? { personId: holderId } : { teamId: teamId as string };
        const donated = await carryOut(
          c,
          context,
          async (tx, act) => {
            if (holderId) await personWithin(tx, c.get('reach'), holderId);
            else await expectTeam(c, tx, teamId as string);
            const done = await donate(tx, act, { ...given, from, to });
            return { ...done, certificate: certificateNumber(done.transferId) };
          },
          { onBehalfOf: holderId, status: 201 },
        );
        return c.json(donated, 201);
      },
    );
}
