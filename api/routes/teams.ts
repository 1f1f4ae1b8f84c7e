/** 团体志愿者: teams of a station, who is in them and what they have earned (T6). */
import { createRoute, z } from '@hono/zod-openapi';
import { joinTeam, leaveTeam, registerTeams } from '../../db/people/teams.ts';
import { listTeams, membersOf, teamWithin } from '../../db/people/teamViews.ts';
import { callerOf } from '../auth/principal.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';

const tags = ['teams'];

const Team = z
  .strictObject({
    id: z.uuid(),
    name: z.string(),
    stationId: z.uuid(),
    leader: z.strictObject({ id: z.uuid(), name: z.string() }),
    members: z.int(),
    accountId: z.uuid(),
    balance: z.int().openapi({ description: 'Minutes; they can only be donated.' }),
    available: z.int(),
  })
  .openapi('Team');

const Member = z.strictObject({ personId: z.uuid(), name: z.string() }).openapi('TeamMember');

export function teamRoutes(context: ApiContext) {
  const { db } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/teams',
        tags,
        summary: 'Teams of my area, or those I lead or am in',
        request: { query: z.strictObject(pageQuery) },
        responses: answer(pageOf(Team), 'By id'),
      }),
      async (c) => {
        const { limit, cursor } = c.req.valid('query');
        const [after = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const rows = await listTeams(db, c.get('reach'), limit + 1, after);
        return c.json(
          page(rows, limit, (row) => [row.id]),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/teams',
        tags,
        summary: 'Register a team of my station; its account is opened',
        request: jsonBody(
          z
            .strictObject({
              name: writing(2, 60),
              leaderId: z.uuid().openapi({ description: 'A volunteer; need not be a member.' }),
            })
            .openapi('NewTeam'),
        ),
        responses: { 201: answer(Team, 'Registered')[200] },
      }),
      async (c) => {
        const { stationId } = callerOf(c);
        if (!stationId) throw new Problem('forbidden');
        const team = { ...c.req.valid('json'), stationId };
        const made = await carryOut(
          c,
          context,
          async (tx, act) => {
            const [id = ''] = await registerTeams(tx, act, [team]);
            return teamWithin(tx, c.get('reach'), id);
          },
          { status: 201 },
        );
        return c.json(made, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/teams/{id}/members',
        tags,
        summary: 'Who is in a team',
        request: { params: idParam, query: z.strictObject(pageQuery) },
        responses: answer(pageOf(Member), 'By id'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { limit, cursor } = c.req.valid('query');
        const [after = null] = keysOf(cursor, [z.uuid()] as const) ?? [];
        const rows = await carryOut(c, context, async (tx) => {
          await teamWithin(tx, c.get('reach'), id);
          return membersOf(tx, id, limit + 1, after);
        });
        return c.json(
          page(rows, limit, (row) => [row.personId]),
          200,
        );
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/teams/{id}/members',
        tags,
        summary: 'A volunteer joins or leaves a team',
        request: {
          params: idParam,
          ...jsonBody(z.strictObject({ personId: z.uuid(), act: z.enum(['join', 'leave']) })),
        },
        responses: answer(Team, 'The team as it is now'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { personId, act: what } = c.req.valid('json');
        const reach = c.get('reach');
        const change = what === 'join' ? joinTeam : leaveTeam;
        const team = await carryOut(
          c,
          context,
          async (tx, act) => {
            await teamWithin(tx, reach, id);
            await change(tx, act, reach, { teamId: id, personId });
            return teamWithin(tx, reach, id);
          },
          { onBehalfOf: personId },
        );
        return c.json(team, 200);
      },
    );
}
