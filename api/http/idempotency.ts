/**
 * `Idempotency-Key`: a caller may repeat an unsafe request as often as the network makes it necessary, and it is done
 * once. The kept answer commits in the same transaction as the act, so a crash between the two cannot happen; the
 * answer is sealed, because it may carry personal data.
 */
import { createHash } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { abandonRequest, beginRequest, finishRequest } from '../../db/audit/requests.ts';
import { type Act, perform } from '../../db/connect/act.ts';
import type { Database, Tx } from '../../db/connect/database.ts';
import { seal, unseal } from '../../db/connect/seal.ts';
import type { Principal } from '../auth/principal.ts';
import type { ApiContext, Env } from './context.ts';
import { Problem } from './problems.ts';

/** A claimed key: what its answer will be kept under. */
export interface RequestTicket {
  actorId: string;
  requestKey: string;
  startedAt: Date;
  kept: boolean;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const KEPT_HEADERS = ['etag', 'location'];
const PASSING = new Set([401, 403, 409, 429]);

/** Claims the key of an unsafe call, gives a repeat its first answer, and keeps the answer of a first call. */
export function idempotency({ db, now }: ApiContext): MiddlewareHandler<Env> {
  return async (c, next) => {
    const principal = c.get('principal');
    if (SAFE.has(c.req.method) || !principal) return next();
    const requestKey = c.req.header('idempotency-key');
    if (requestKey === undefined) throw new Problem('idempotency_key_missing', { field: 'Idempotency-Key' });
    if (!/^[\w-]{8,100}$/.test(requestKey)) {
      throw new Problem('idempotency_key_invalid', { field: 'Idempotency-Key' });
    }
    const ticket = { actorId: principal.userId, requestKey, startedAt: now(), kept: false };
    const url = new URL(c.req.url);
    const route = `${c.req.method} ${url.pathname}${url.search}`;
    const bodyDigest = createHash('sha256')
      .update(`${route}\n`)
      .update(new Uint8Array(await c.req.arrayBuffer()))
      .digest();
    const start = await beginRequest(db, {
      ...ticket,
      route: c.get('route'),
      bodyDigest,
      at: ticket.startedAt,
    });
    if (start.kind === 'other_body') {
      throw new Problem('idempotency_key_reused', { field: 'Idempotency-Key' });
    }
    if (start.kind === 'running') throw new Problem('request_in_flight', { headers: { 'Retry-After': '1' } });
    if (start.kind === 'repeat') {
      const { status, headers, body } = start.answer;
      return c.body(unseal(Buffer.from(body, 'base64')), status as ContentfulStatusCode, {
        ...headers,
        'Idempotent-Replayed': 'true',
      });
    }
    c.set('ticket', ticket);
    await next();
    if (c.res.status >= 500 || PASSING.has(c.res.status)) await abandonRequest(db, ticket);
    else if (!ticket.kept)
      await keep(db, ticket, c.res.status, headersOf(c.res.headers), await c.res.clone().text(), now());
  };
}

function headersOf(all: Headers): Record<string, string> {
  return Object.fromEntries(
    ['content-type', ...KEPT_HEADERS].flatMap((name) => {
      const value = all.get(name);
      return value === null ? [] : [[name, value] as const];
    }),
  );
}

async function keep(
  db: Database | Tx,
  ticket: RequestTicket,
  status: number,
  headers: Record<string, string>,
  body: string,
  at: Date,
): Promise<void> {
  const sealed = seal(body).toString('base64');
  const mine = await finishRequest(db, { ...ticket, status, headers, body: sealed, at });
  if (!mine) throw new Problem('request_in_flight');
  ticket.kept = true;
}

/** Who acts, for whom and when, as the books record it. */
export function actOf(principal: Principal, onBehalfOf: string | null, at: Date): Act {
  return {
    actorId: principal.userId,
    role: principal.role,
    onBehalfOf: onBehalfOf === principal.personId ? null : onBehalfOf,
    at,
  };
}

/**
 * Carries out a command of a book for the caller: the change, its answer and the kept answer commit together.
 * A refusal becomes the problem of the same code.
 */
export async function carryOut<T extends object>(
  c: Context<Env>,
  { db, now }: ApiContext,
  work: (tx: Tx, act: Act) => Promise<T>,
  answer: { onBehalfOf?: string | null; status?: number; version?: (value: T) => number } = {},
): Promise<T> {
  const principal = c.get('principal');
  if (!principal) throw new Problem('unauthenticated');
  const ticket = c.get('ticket');
  const act = actOf(principal, answer.onBehalfOf ?? null, now());
  const outcome = await perform(db, act, async (tx) => {
    const value = await work(tx, act);
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (answer.version) headers.etag = `"${answer.version(value)}"`;
    if (ticket) await keep(tx, ticket, answer.status ?? 200, headers, JSON.stringify(value), now());
    return value;
  });
  if (!outcome.ok) {
    if (ticket) ticket.kept = false;
    throw Problem.of(outcome.refusal);
  }
  if (answer.version) c.header('ETag', `"${answer.version(outcome.value)}"`);
  return outcome.value;
}
