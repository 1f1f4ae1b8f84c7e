/** Repeated requests: the same key and body is given the first answer again, another body is refused. */
import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { byteaText } from '../connect/insertRows.ts';
import { requests } from './schema.ts';

export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export type RequestStart =
  | { kind: 'new' }
  | { kind: 'repeat'; answer: KeptAnswer }
  | { kind: 'running' }
  | { kind: 'other_body' };

interface RequestKey {
  actorId: string;
  requestKey: string;
}

/** After this long a request without an answer is taken to have died and may be tried again. */
const ABANDONED_MS = 60_000;

export interface NewRequest extends RequestKey {
  route: string;
  /** SHA-256 of method, path and body. */
  bodyDigest: Uint8Array;
  startedAt: Date;
}

/** Claims the keys of requests; of any number of callers at once exactly one gets `new`. */
export async function beginRequests(db: Database, asked: readonly NewRequest[]): Promise<RequestStart[]> {
  const rows = asked.map((one) => ({
    actor: one.actorId,
    key: one.requestKey,
    route: one.route,
    digest: byteaText(one.bodyDigest),
    started: one.startedAt,
  }));
  // In key order, so that two groups never wait for each other. Nobody waits for the disk: a claim that a crash takes away
  // had no act yet, for an act that is committed has made everything before it durable.
  const claimed = await db.execute<{ actor_id: string; request_key: string }>(sql`
    insert into requests (actor_id, request_key, route, body_digest, started_at)
    select r.actor, r.key, r.route, r.digest::bytea, r.started
    from (select set_config('synchronous_commit', 'off', true)) as unhurried,
      jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(actor text, key text, route text, digest text, started timestamptz)
    order by r.actor, r.key
    on conflict do nothing returning actor_id, request_key`);
  const fresh = new Set(claimed.map((row) => nameOf({ actorId: row.actor_id, requestKey: row.request_key })));
  const starts: RequestStart[] = [];
  for (const one of asked)
    starts.push(fresh.delete(nameOf(one)) ? { kind: 'new' } : await seenBefore(db, one));
  return starts;
}

const nameOf = ({ actorId, requestKey }: RequestKey): string => `${actorId} ${requestKey}`;

/** What is known of a request whose key is there already. */
async function seenBefore(db: Database, request: NewRequest): Promise<RequestStart> {
  const mine = and(eq(requests.actorId, request.actorId), eq(requests.requestKey, request.requestKey));
  const [row] = await db.select().from(requests).where(mine);
  if (!row) return { kind: 'running' };
  if (!Buffer.from(row.bodyDigest).equals(Buffer.from(request.bodyDigest))) return { kind: 'other_body' };
  if (row.status !== null && row.body !== null)
    return { kind: 'repeat', answer: { status: row.status, headers: row.headers ?? {}, body: row.body } };
  const retaken = await db
    .update(requests)
    .set({ startedAt: request.startedAt })
    .where(
      and(
        mine,
        isNull(requests.status),
        lt(requests.startedAt, new Date(request.startedAt.getTime() - ABANDONED_MS)),
      ),
    )
    .returning({ key: requests.requestKey });
  return retaken.length > 0 ? { kind: 'new' } : { kind: 'running' };
}

export type DoneRequest = RequestKey & KeptAnswer & { startedAt: Date; at: Date };

/**
 * Keeps the answers of claimed requests; false when a claim, made at `startedAt`, has passed to another caller.
 * Called in the transaction of the acts, they commit with them.
 */
export async function finishRequests(db: Database | Tx, done: readonly DoneRequest[]): Promise<boolean> {
  if (done.length === 0) return true;
  const kept = await db.execute(sql`
    update requests r set status = d.status, headers = d.headers, body = d.body, finished_at = d.at
    from jsonb_to_recordset(${JSON.stringify(done)}::jsonb) as d("actorId" text, "requestKey" text, "startedAt" timestamptz,
      status integer, headers jsonb, body text, at timestamptz)
    where r.actor_id = d."actorId" and r.request_key = d."requestKey" and r.started_at = d."startedAt" and r.status is null
    returning r.request_key`);
  return kept.length === done.length;
}

/** Gives a claimed key back after a fault, so that a repeat is tried anew. */
export async function abandonRequest(db: Database, request: RequestKey): Promise<void> {
  await db
    .delete(requests)
    .where(
      and(
        eq(requests.actorId, request.actorId),
        eq(requests.requestKey, request.requestKey),
        isNull(requests.status),
      ),
    );
}

/** Forgets answers older than `before`; returns how many. */
export async function forgetRequests(db: Database | Tx, before: Date): Promise<number> {
  const gone = await db
    .delete(requests)
    .where(lt(requests.startedAt, before))
    .returning({ key: requests.requestKey });
  return gone.length;
}
