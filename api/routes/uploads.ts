/** What a phone recorded at its visits and sends when it has a network again (S9), and the phones that may. */
import { createRoute, z } from '@hono/zod-openapi';
import { type Act, attempt } from '../../db/connect/act.ts';
import { deviceOf, devicesOf, registerDevice, revokeDevice } from '../../db/visits/devices.ts';
import { uploadKinds } from '../../db/visits/rules.ts';
import { type Fate, type Recorded, type SignedAct, takeUpload } from '../../db/visits/upload.ts';
import { findVisits } from '../../db/visits/views.ts';
import { callerOf, type Principal } from '../auth/principal.ts';
import { type ApiContext, newRouter } from '../http/context.ts';
import { idParam, instantGiven, instantText, writing } from '../http/fields.ts';
import { actOf, carryOut } from '../http/idempotency.ts';
import { answer, done, jsonBody } from '../http/openapi.ts';
import { Problem, problemBody } from '../http/problems.ts';
import { written } from '../http/written.ts';
import { checkFields, checkOf } from './checkFields.ts';
import { Visit } from './shapes.ts';

const tags = ['uploads'];
const MOST_ACTS = 100;

const base64 = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/)
    .transform((text) => Buffer.from(text, 'base64'))
    .openapi({ type: 'string', format: 'byte' });

const CheckData = z.strictObject({ method: z.enum(['gps', 'qr', 'door_code']), ...checkFields });
const head = {
  id: z.uuid(),
  deviceId: z.uuid(),
  counter: z.int().min(1),
  visitId: z.uuid(),
  deviceAt: instantGiven,
};
const SignedText = z.discriminatedUnion('kind', [
  z.strictObject({ ...head, kind: z.enum(['check_in', 'check_out']), data: CheckData }),
  z.strictObject({
    ...head,
    kind: z.literal('task'),
    data: z.strictObject({ code: z.string().regex(/^[a-z_]{1,40}$/), done: z.boolean() }),
  }),
  z.strictObject({ ...head, kind: z.literal('note'), data: z.strictObject({ text: writing(1, 1000) }) }),
]);

/** What the signed text says. */
function recordedOf(said: z.output<typeof SignedText>): Recorded {
  const { data: _, kind: __, ...rest } = said;
  if (said.kind === 'task') return { ...rest, what: { kind: 'task', said: { kind: 'task', ...said.data } } };
  if (said.kind === 'note') return { ...rest, what: { kind: 'note', said: { kind: 'note', ...said.data } } };
  const { method, ...data } = said.data;
  const check = { ...checkOf(data), method: method === 'door_code' ? ('gps' as const) : method };
  return { ...rest, what: { kind: said.kind, check } };
}

/** An act that says something no act can say: refused by its id, so that it holds up no other. */
interface Unreadable {
  id: string;
  field: string;
}

const isReadable = (event: SignedAct | Unreadable): event is SignedAct => 'recorded' in event;

const Signed = z
  .strictObject({
    signed: z
      .string()
      .max(8_000)
      .openapi({
        description: `JSON text of {id, deviceId, counter, visitId, kind: ${uploadKinds.join(' | ')}, deviceAt, data}, as the phone signed it.`,
      }),
    signature: base64(100).openapi({ description: 'ECDSA P-256 with SHA-256, IEEE P1363, base64.' }),
  })
  .transform(({ signed, signature }, context): SignedAct | Unreadable => {
    const read = readJson(signed);
    const said = SignedText.safeParse(read);
    if (said.success) return { signed, signature, recorded: recordedOf(said.data) };
    const named = z.object({ id: z.uuid() }).safeParse(read);
    if (named.success) return { id: named.data.id, field: String(said.error.issues[0]?.path.join('.')) };
    for (const issue of said.error.issues)
      context.addIssue({ ...issue, path: ['signed', ...issue.path] } as never);
    return z.NEVER;
  });

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const Device = z
  .strictObject({
    id: z.uuid(),
    label: z.string(),
    registeredAt: instantText,
    lastSeenAt: instantText,
    revokedAt: instantText.nullable(),
  })
  .openapi('Device');

/** The caller as a person who visits. */
function visitorOf(principal: Principal): string {
  if (!principal.personId) throw new Problem('not_yours');
  return principal.personId;
}

export function uploadRoutes(context: ApiContext) {
  const { db, now } = context;
  return newRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/v1/devices',
        tags,
        summary: 'My phones, the last seen first',
        responses: answer(z.strictObject({ items: z.array(Device) }), 'At most 20'),
      }),
      async (c) => {
        const rows = await devicesOf(db, visitorOf(callerOf(c)));
        const items = rows.map(({ id, label, registeredAt, lastSeenAt, revokedAt }) => ({
          id,
          label,
          registeredAt,
          lastSeenAt,
          revokedAt,
        }));
        return c.json(written({ items }), 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/devices',
        tags,
        summary: 'Make a phone known by the public half of a key that never leaves it',
        request: jsonBody(z.strictObject({ id: z.uuid(), publicKey: base64(400), label: writing(1, 120) })),
        responses: answer(z.strictObject({ id: z.uuid() }), 'Known'),
      }),
      async (c) => {
        const device = { ...c.req.valid('json'), personId: visitorOf(callerOf(c)) };
        const known = await carryOut(c, context, async (tx, act) => {
          const { id } = await registerDevice(tx, act, device);
          return { id };
        });
        return c.json(known, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/devices/{id}/revoke',
        tags,
        summary: 'A lost phone: what it signs is not taken any more',
        request: { params: idParam, ...jsonBody(z.strictObject({})) },
        responses: answer(done, 'Revoked'),
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const personId = visitorOf(callerOf(c));
        const revoked = await carryOut(c, context, async (tx, act) => {
          await revokeDevice(tx, act, personId, id);
          return { ok: true as const };
        });
        return c.json(revoked, 200);
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/v1/visits/uploads',
        tags,
        summary: 'Send what a phone recorded; each act is taken once, by its own id',
        description:
          'Acts are carried out in the order of the phone’s counter and answered in the order given. One that is refused holds up no other. A check that comes after one that stands is kept as evidence and answered `superseded`.',
        request: jsonBody(
          z.strictObject({
            deviceId: z.uuid(),
            sentAt: instantGiven.openapi({ description: "By the phone's clock as it sends." }),
            events: z.array(Signed).min(1).max(MOST_ACTS),
          }),
        ),
        responses: answer(
          z
            .strictObject({
              receivedAt: instantText,
              skewSeconds: z.int().openapi({ description: "How far the phone's clock is ahead of ours." }),
              events: z.array(
                z.strictObject({
                  id: z.uuid(),
                  outcome: z.enum(['taken', 'known', 'superseded', 'refused']),
                  code: z.string().optional(),
                  message: z.string().optional(),
                  visit: Visit.optional(),
                }),
              ),
            })
            .openapi('UploadAnswer'),
          'What became of each',
        ),
      }),
      async (c) => {
        const { deviceId, sentAt, events } = c.req.valid('json');
        const principal = callerOf(c);
        const act: Act = actOf(principal, null, now());
        const found = await attempt(() => deviceOf(db, visitorOf(principal), deviceId));
        if (!found.ok) throw Problem.of(found.refusal);
        const acts = events.filter(isReadable);
        const { skewSeconds, fates } = await takeUpload(db, act, found.value, sentAt, acts);
        const seen = await findVisits(
          db,
          c.get('reach'),
          fates.filter(({ outcome }) => outcome !== 'refused').map(({ visitId }) => visitId),
        );
        const said = (problem: Problem) => ({
          code: problem.code,
          message: problemBody(problem, c.get('language'), c.get('requestId')).detail,
        });
        const answered = events.map((event) => {
          if (!isReadable(event)) {
            const { id, field } = event;
            return { id, outcome: 'refused' as const, ...said(new Problem('invalid', { field })) };
          }
          const { id, visitId, outcome, refusal } = fates[acts.indexOf(event)] as Fate;
          const visit = seen.get(visitId);
          return {
            id,
            outcome,
            ...(refusal ? said(Problem.of(refusal)) : {}),
            ...(visit && outcome !== 'refused' ? { visit: written(visit) } : {}),
          };
        });
        return c.json({ receivedAt: act.at.toISOString(), skewSeconds, events: answered }, 200);
      },
    );
}
