/** Family care bed contracts (S12): drafted by the provider, signed by both sides, watched by month. */

import { createRoute, z } from '@hono/zod-openapi';
import type { Act } from '../../db/connect/act.ts';
import { refuse } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { dayOf } from '../../db/connect/days.ts';
import {
  type ContractRow,
  draftContracts,
  endContracts,
  installEquipment,
  lockContracts,
  markEquipment,
  signContracts,
} from '../../db/contracts/contract.ts';
import { contractStates, endReasons, equipmentStates } from '../../db/contracts/rules.ts';
import { type ContractDetail, findContract, listContracts } from '../../db/contracts/views.ts';
import { personNamed } from '../../db/people/named.ts';
import { callerOf } from '../auth/principal.ts';
import { setVersion } from '../http/conditional.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { dayText, idParam, instantText, monthText, named, writing } from '../http/fields.ts';
import { carryOut } from '../http/idempotency.ts';
import { answer, jsonBody } from '../http/openapi.ts';
import { keysOf, page, pageOf, pageQuery } from '../http/paging.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { ownProviderOf } from './beds.ts';

const tags = ['contracts'];

const Month = z
  .strictObject({
    contractId: z.uuid(),
    month: z.string(),
    promised: z.int(),
    planned: z.int(),
    done: z.int(),
    minutes: z.int(),
    shortfall: z
      .int()
      .openapi({ description: 'Visits that are missing until now; planned ones are not done.' }),
    lastVisitAt: instantText.nullable(),
    daysSinceVisit: z.int().nullable(),
    services: z.array(
      z.strictObject({
        serviceCode: z.string(),
        promised: z.int(),
        planned: z.int(),
        done: z.int(),
        minutes: z.int(),
      }),
    ),
  })
  .openapi('ContractMonth');

const Contract = z
  .strictObject({
    id: z.uuid(),
    state: z.enum(contractStates),
    elder: z.strictObject({ id: z.uuid(), name: z.string() }),
    provider: z.strictObject({ id: z.uuid(), name: z.string() }),
    areaCode: z.string(),
    startsOn: z.string(),
    endsOn: z.string().nullable().openapi({ description: 'The first day on which it no longer holds.' }),
    leastVisits: z.int(),
    documentDigest: z.string(),
    elderSignedAt: instantText.nullable(),
    providerSignedAt: instantText.nullable(),
    endReason: z
      .enum(endReasons)
      .nullable()
      .openapi({ description: 'Of one in force: it is under notice, and ends on `endsOn`.' }),
    version: z.int(),
    month: Month,
  })
  .openapi('Contract');

const promises = z
  .array(z.strictObject({ serviceCode: z.string().min(1).max(40), timesAMonth: z.int().min(1).max(200) }))
  .min(1)
  .max(20);

const ContractDetailed = Contract.extend({
  equipment: z.array(
    z.strictObject({
      id: z.uuid(),
      code: z.string(),
      name: z.string(),
      serial: z.string(),
      state: z.enum(equipmentStates),
      installedAt: instantText,
      returnedAt: instantText.nullable(),
    }),
  ),
  months: z
    .array(
      z.strictObject({
        month: z.string(),
        promised: z.int(),
        done: z.int(),
        minutes: z.int(),
        isShort: z.boolean(),
      }),
    )
    .openapi({ description: 'Months that are over, the latest first, at most 12.' }),
  services: promises,
}).openapi('ContractDetail');

const Equipment = z
  .strictObject({
    code: z.string().regex(/^[a-z_]{2,40}$/),
    name: writing(1, 60),
    serial: writing(1, 60),
  })
  .openapi('NewEquipment');

const NewContract = z
  .strictObject({
    elder: named,
    startsOn: dayText,
    endsOn: dayText.nullable(),
    leastVisits: z.int().min(1).max(200),
    services: promises,
    equipment: z.array(Equipment).max(50),
    documentDigest: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .openapi({ description: 'SHA-256 of the document, hexadecimal.' }),
  })
  .openapi('NewContract');

const equipmentParams = z.strictObject({
  id: z.uuid().openapi({ param: { name: 'id', in: 'path' } }),
  equipmentId: z.uuid().openapi({ param: { name: 'equipmentId', in: 'path' } }),
});

export function contractRoutes(context: ApiContext) {
  const { db, now } = context;
  const thisMonth = (at: Date) => dayOf(at).slice(0, 7);

  /** Does something with a contract within reach, and answers with the contract as the caller sees it. */
  async function change(
    c: Parameters<typeof carryOut>[0],
    id: string,
    command: (tx: Tx, act: Act, contract: ContractRow) => Promise<unknown>,
  ) {
    const reach = c.get('reach');
    const seen = await findContract(db, reach, id, thisMonth(now()), now());
    if (!seen) throw new Problem('not_found', { field: 'id' });
    return carryOut(
      c,
      context,
      async (tx, act) => {
        const [contract] = await lockContracts(tx, [id]);
        await command(tx, act, contract as ContractRow);
        return written((await findContract(tx, reach, id, thisMonth(act.at), act.at)) as ContractDetail);
      },
      { onBehalfOf: seen.elder.id, version: (one) => one.version },
    );
  }

  const changed = answer(ContractDetailed, 'The contract as it is now');
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/contracts',
        tags,
        summary: 'Contracts within my reach, each with what was promised and done in a month',
        request: {
          query: z.strictObject({
            ...pageQuery,
            month: monthText.optional(),
            state: z.enum(contractStates).optional(),
            elderId: z.uuid().optional(),
            shortIn: monthText.optional().openapi({
              description: 'Only those that fell short in this month, the most missing visits first.',
            }),
          }),
        },
        responses: answer(pageOf(Contract), 'Newest first, or by missing visits'),
      }),
      async (c) => {
        const { limit, cursor, month, ...filter } = c.req.valid('query');
        const keys = keysOf(cursor, [z.int(), z.uuid()] as const);
        const after = keys && { missing: keys[0], id: keys[1] };
        const of = month ?? filter.shortIn ?? thisMonth(now());
        const rows = await listContracts(db, c.get('reach'), filter, of, now(), limit + 1, after);
        const { items, nextCursor } = page(rows, limit, (row) => [row.missing, row.id]);
        return c.json(written({ items: items.map(({ missing: _, ...one }) => one), nextCursor }), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/contracts',
        tags,
        summary: 'Draft a contract; the elder is named by name and number',
        request: jsonBody(NewContract),
        responses: { 201: answer(ContractDetailed, 'Waits for both signatures')[200] },
      }),
      async (c) => {
        const { elder, ...draft } = c.req.valid('json');
        const reach = c.get('reach');
        const providerId = ownProviderOf(reach);
        const made = await carryOut(
          c,
          context,
          async (tx, act) => {
            const found = (await personNamed(tx, elder)) ?? refuse('nobody_found', 'elder');
            const [contract] = await draftContracts(tx, act, [{ ...draft, providerId, elderId: found.id }]);
            const id = (contract as ContractRow).id;
            return written((await findContract(tx, reach, id, thisMonth(act.at), act.at)) as ContractDetail);
          },
          { status: 201, version: (one) => one.version },
        );
        return c.json(made, 201);
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/contracts/{id}',
        tags,
        summary: 'One contract with its equipment and a month',
        request: { params: idParam, query: z.strictObject({ month: monthText.optional() }) },
        responses: answer(ContractDetailed, 'The contract; its version is the ETag'),
      }),
      async (c) => {
        const month = c.req.valid('query').month ?? thisMonth(now());
        const contract = await findContract(db, c.get('reach'), c.req.valid('param').id, month, now());
        if (!contract) throw new Problem('not_found', { field: 'id' });
        setVersion(c, contract.version);
        return c.json(written(contract), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/contracts/{id}/sign',
        tags,
        summary: "Sign for one's side; a station records the elder's signature on paper",
        request: { params: idParam },
        responses: changed,
      }),
      async (c) => {
        const signer = callerOf(c).role === 'provider' ? 'provider' : 'elder';
        const contract = await change(c, c.req.valid('param').id, (tx, act, one) =>
          signContracts(tx, act, [one], signer),
        );
        return c.json(contract, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/contracts/{id}/end',
        tags,
        summary: 'End a contract from today on, or give notice to a later day',
        request: {
          params: idParam,
          ...jsonBody(
            z.strictObject({
              reason: z.enum(endReasons),
              on: dayText.optional().openapi({
                description: 'The first day on which it no longer holds; left out: today.',
              }),
            }),
          ),
        },
        responses: changed,
      }),
      async (c) => {
        const { reason, on } = c.req.valid('json');
        const contract = await change(c, c.req.valid('param').id, (tx, act, one) =>
          endContracts(tx, act, [one], { reason, on: on ?? dayOf(act.at) }),
        );
        return c.json(contract, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/contracts/{id}/equipment',
        tags,
        summary: 'Install a piece of equipment',
        request: { params: idParam, ...jsonBody(Equipment) },
        responses: changed,
      }),
      async (c) => {
        const item = c.req.valid('json');
        const contract = await change(c, c.req.valid('param').id, (tx, act, one) =>
          installEquipment(tx, act, one, item),
        );
        return c.json(contract, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/contracts/{id}/equipment/{equipmentId}',
        tags,
        summary: 'Say how a piece of equipment is now',
        request: { params: equipmentParams, ...jsonBody(z.strictObject({ state: z.enum(equipmentStates) })) },
        responses: changed,
      }),
      async (c) => {
        const { id, equipmentId } = c.req.valid('param');
        const { state } = c.req.valid('json');
        const contract = await change(c, id, (tx, act, one) =>
          markEquipment(tx, act, one, { id: equipmentId, state }),
        );
        return c.json(contract, 200);
      },
    );
}
