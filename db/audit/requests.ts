/** Repeated requests: the same key and body is given the first answer again, another body is refused. */
import { and, eq, isNull, lt } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
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

/**
 * Claims a key for a request. `bodyDigest` is SHA-256 of method, path and body. Of any number of callers at once
 * exactly one gets `new`.
 */
export async function beginRequest(
  db: Database,
  request: RequestKey & { route: string; bodyDigest: Uint8Array; at: Date },
): Promise<RequestStart> {
  const fresh = await db
    .insert(requests)
    .values({ ...request, startedAt: request.at })
    .onConflictDoNothing()
    .returning({ key: requests.requestKey });
  if (fresh.length > 0) return { kind: 'new' };
  const mine = and(eq(requests.actorId, request.actorId), eq(requests.requestKey, request.requestKey));
  const [row] = await db.select().from(requests).where(mine);
  if (!row) return { kind: 'running' };
  if (!Buffer.from(row.bodyDigest).equals(Buffer.from(request.bodyDigest))) return { kind: 'other_body' };
  if (row.status !== null && row.body !== null)
    return { kind: 'repeat', answer: { status: row.status, headers: row.headers ?? {}, body: row.body } };
  const retaken = await db
    .update(requests)
    .set({ startedAt: request.at })
    .where(
      and(
        mine,
        isNull(requests.status),
        lt(requests.startedAt, new Date(request.at.getTime() - ABANDONED_MS)),
      ),
    )
    .returning({ key: requests.requestKey });
  return retaken.length > 0 ? { kind: 'new' } : { kind: 'running' };
}

/**
 * Keeps the answer of a claimed request; false when the claim, made at `startedAt`, has passed to another caller.
 * Called in the transaction of the act, it commits with it.
 */
export async function finishRequest(
  db: Database | Tx,
  request: RequestKey & KeptAnswer & { startedAt: Date; at: Date },
): Promise<boolean> {
  const kept = await db
    .update(requests)
    .set({ status: request.status, headers: request.headers, body: request.body, finishedAt: request.at })
    .where(
      and(
        eq(requests.actorId, request.actorId),
        eq(requests.requestKey, request.requestKey),
        eq(requests.startedAt, request.startedAt),
        isNull(requests.status),
      ),
    )
    .returning({ key: requests.requestKey });
  return kept.length > 0;
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
