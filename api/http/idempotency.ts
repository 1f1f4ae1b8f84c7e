/**
 * `Idempotency-Key`: a caller may repeat an unsafe request as often as the network makes it necessary, and it is done
 * once. The kept answer commits in the same transaction as the act, so a crash between the two cannot happen; the
 * answer is sealed, because it may carry personal data.
 */
import { createHash } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import {
  abandonRequest,
  beginRequests,
  type DoneRequest,
  finishRequests,
  type NewRequest,
  type RequestStart,
} from '../../db/audit/requests.ts';
import { type Act, type Outcome, perform } from '../../db/connect/act.ts';
import type { Database, Tx } from '../../db/connect/database.ts';
import { allFulfilled, gather } from '../../db/connect/gather.ts';
import { seal, unseal } from '../../db/connect/seal.ts';
import { callerOf, type Principal } from '../auth/principal.ts';
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
  const begin = gather<NewRequest, RequestStart>({ most: 200, lanes: 1 }, async (asked) =>
    allFulfilled(await beginRequests(db, asked)),
  );
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
    const start = await begin({ ...ticket, route: c.get('route'), bodyDigest });
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
    else if (!ticket.kept) {
      const body = await c.res.clone().text();
      await keep(db, [done(ticket, c.res.status, headersOf(c.res.headers), body, now())]);
    }
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

/** A request's answer as it is kept: sealed, because it may carry personal data. */
function done(
  { actorId, requestKey, startedAt }: RequestTicket,
  status: number,
  headers: Record<string, string>,
  body: string,
  at: Date,
): DoneRequest {
  return { actorId, requestKey, startedAt, status, headers, body: seal(body).toString('base64'), at };
}

/** Keeps answers of this process's claims. */
export async function keep(db: Database | Tx, requests: readonly DoneRequest[]): Promise<void> {
  if (!(await finishRequests(db, requests))) throw new Problem('request_in_flight');
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

export interface Answered<T> {
  status?: number;
  /** What the answer's ETag is. */
  version?: (value: T) => number;
}

/** What is to be kept of an act that was done; nothing where the call carried no key. */
export function doneBy<T extends object>(
  ticket: RequestTicket | null,
  value: T,
  { status = 200, version }: Answered<T>,
  at: Date,
): DoneRequest[] {
  if (!ticket) return [];
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (version) headers.etag = `"${version(value)}"`;
  return [done(ticket, status, headers, JSON.stringify(value), at)];
}

/** Hands the outcome of an act, whose answer is kept if it was done, to the caller. */
export function answered<T extends object>(
  c: Context<Env>,
  outcome: Outcome<T>,
  { version }: Answered<T>,
): T {
  if (!outcome.ok) throw Problem.of(outcome.refusal);
  const ticket = c.get('ticket');
  if (ticket) ticket.kept = true;
  if (version) c.header('ETag', `"${version(outcome.value)}"`);
  return outcome.value;
}

/**
 * Carries out a command of a book for the caller: the change, its answer and the kept answer commit together.
 * A refusal becomes the problem of the same code.
 */
export async function carryOut<T extends object>(
  c: Context<Env>,
  { db, now }: ApiContext,
  work: (tx: Tx, act: Act) => Promise<T>,
  answer: Answered<T> & { onBehalfOf?: string | null } = {},
): Promise<T> {
  const principal = callerOf(c);
  const act = actOf(principal, answer.onBehalfOf ?? null, now());
  const outcome = await perform(db, act, async (tx) => {
    const value = await work(tx, act);
    await keep(tx, doneBy(c.get('ticket'), value, answer, now()));
    return value;
  });
  return answered(c, outcome, answer);
}
