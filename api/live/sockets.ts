/**
 * Live connections: the session cookie of the handshake says who it is, and a connection does not outlive its
 * session. Any number of API processes serve them side by side; they meet in the event book.
 */
import type { Server as HttpServer } from 'node:http';
import type postgres from 'postgres';
import { type Namespace, Server, type Socket } from 'socket.io';
import { sessionsInForce } from '../../db/people/sessionsLive.ts';
import { findCaller } from '../auth/caller.ts';
import { policy, scopeOf } from '../auth/policy.ts';
import { type Principal, reachOf } from '../auth/principal.ts';
import type { ApiContext } from '../http/context.ts';
import { isOwnOrigin } from '../http/origin.ts';
import { createDesk } from './desk.ts';
import { type Feed, startFeed } from './feed.ts';
import { joinOwn, tellOwn } from './own.ts';
import { deskScopeOf } from './snapshot.ts';

const CHECK_SESSIONS_EVERY_MS = 30_000;
const DESK_ROUTE = 'GET /api/v1/desk/snapshot';

export interface Live {
  feed: Feed;
  close(): Promise<void>;
}

/** Opens the live connections on a server. */
export async function openLive(context: ApiContext, server: HttpServer, sql: postgres.Sql): Promise<Live> {
  const { db, log, metrics, now } = context;
  const io = new Server(server, {
    path: '/live',
    transports: ['websocket'],
    perMessageDeflate: false,
    serveClient: false,
    maxHttpBufferSize: 16_384,
    pingInterval: 20_000,
    pingTimeout: 10_000,
    allowRequest: (request, allow) =>
      allow(null, isOwnOrigin(request.headers.origin, request.headers.host, context.config.publicUrl)),
  });
  const deskSpace = io.of('/desk');
  const ownSpace = io.of('/me');
  const spaces = [deskSpace, ownSpace];
  const ended = (sessionId: string) => {
    for (const space of spaces) {
      for (const socket of space.sockets.values()) {
        if (principalOf(socket).sessionId === sessionId) socket.disconnect(true);
      }
    }
  };

  const desk = createDesk(context, deskSpace);
  const feed = await startFeed(
    { db, sql, log },
    {
      sessionEnded: ended,
      batch: async (batch) => {
        tellOwn(ownSpace, batch);
        await desk.tell(batch);
        metrics.eventNumber.set(batch.to);
      },
    },
  );
  desk.begin(feed.last());

  for (const space of spaces) {
    space.use((socket, next) => {
      admit(context, socket).then(
        () => next(),
        (error: unknown) => next(error instanceof Error ? error : new Error('refused')),
      );
    });
    space.on('connection', (socket) => {
      metrics.sockets.set({ namespace: space.name }, space.sockets.size);
      socket.on('disconnect', () => metrics.sockets.set({ namespace: space.name }, space.sockets.size));
    });
  }
  deskSpace.use((socket, next) => next(scopeFor(socket) ? undefined : new Error('forbidden')));
  const failed = (socket: Socket) => (error: unknown) => {
    log.error({ err: error }, 'a live connection could not be served');
    socket.disconnect(true);
  };
  deskSpace.on('connection', (socket) => {
    const scope = scopeFor(socket);
    if (scope) desk.join(socket, scope, sinceOf(socket)).catch(failed(socket));
  });
  ownSpace.on('connection', (socket) => {
    joinOwn(socket, principalOf(socket), feed.last()).catch(failed(socket));
  });

  const timer = setInterval(() => {
    closeEnded(spaces).catch((error: unknown) => log.warn({ err: error }, 'sessions could not be checked'));
  }, CHECK_SESSIONS_EVERY_MS);
  timer.unref();

  async function closeEnded(all: readonly Namespace[]): Promise<void> {
    const held = new Set(
      all.flatMap((space) => [...space.sockets.values()].map((s) => principalOf(s).sessionId)),
    );
    const inForce = await sessionsInForce(db, [...held], now());
    for (const sessionId of held) if (!inForce.has(sessionId)) ended(sessionId);
  }

  return {
    feed,
    async close() {
      clearInterval(timer);
      await feed.close();
      io.disconnectSockets(true);
      await new Promise<void>((resolve) => {
        io.engine.close();
        resolve();
      });
    },
  };
}

const principalOf = (socket: Socket): Principal => (socket.data as { principal: Principal }).principal;

async function admit(context: ApiContext, socket: Socket): Promise<void> {
  const headers = new Headers();
  for (const name of ['cookie', 'x-api-key', 'user-agent']) {
    const value = socket.handshake.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  const { principal } = await findCaller(context, headers);
  if (!principal) throw new Error('unauthenticated');
  socket.data = { principal };
}

function scopeFor(socket: Socket) {
  const principal = principalOf(socket);
  const scope = scopeOf(policy[DESK_ROUTE], principal.role);
  const reach = scope && reachOf(principal, scope);
  return reach ? deskScopeOf(reach) : null;
}

function sinceOf(socket: Socket): number | null {
  const since: unknown = socket.handshake.auth.since;
  return typeof since === 'number' && Number.isSafeInteger(since) && since >= 0 ? since : null;
}
