/**
 * The desk's namespace: a snapshot, then numbered changes; a client that comes back with its last number is told what
 * it missed, or given a fresh snapshot when that is too long ago. Clients of one scope share a room, so that each
 * batch is cut and encoded once a scope, however many look on.
 */
import type { Namespace, Socket } from 'socket.io';
import { type EventRow, readEvents } from '../../db/events/events.ts';
import type { DeskScope } from '../../db/orders/desk.ts';
import type { ApiContext } from '../http/context.ts';
import type { Batch } from './feed.ts';
import { cutTo, type DeskItem, deskNews } from './news.ts';
import { type DeskSnapshot, deskSnapshot } from './snapshot.ts';

/** A client that missed more than this is given a snapshot. */
const MOST_MISSED = 2_000;

export interface Changes<Item> {
  from: number;
  to: number;
  items: Item[];
}

interface Room {
  scope: DeskScope;
  /** How many look on or are about to. */
  clients: number;
  /** Clients that are still being brought up to date, each with what came meanwhile. */
  waiting: Map<string, Changes<DeskItem>[]>;
  /** A snapshot being read, shared by all who ask for it at the same number. */
  reading: { number: number; snapshot: Promise<DeskSnapshot> } | null;
}

export interface Desk {
  /** Everybody has been told up to this number; called once, before the first client. */
  begin(number: number): void;
  join(socket: Socket, scope: DeskScope, since: number | null): Promise<void>;
  tell(batch: Batch): Promise<void>;
}

/** The desk of one process. */
export function createDesk({ db, now }: ApiContext, space: Namespace): Desk {
  let told = 0;
  const rooms = new Map<string, Room>();

  function roomOf(name: string, scope: DeskScope): Room {
    const known = rooms.get(name);
    if (known) return known;
    const room: Room = { scope, clients: 0, waiting: new Map(), reading: null };
    rooms.set(name, room);
    return room;
  }

  async function missed(scope: DeskScope, since: number, until: number): Promise<Changes<DeskItem> | null> {
    if (since > until || until - since > MOST_MISSED) return null;
    const events: EventRow[] = (await readEvents(db, since, MOST_MISSED)).filter((e) => e.number <= until);
    return { from: since, to: until, items: cutTo(scope, await deskNews(db, events, now())) };
  }

  function snapshotOf(room: Room, number: number): Promise<DeskSnapshot> {
    if (room.reading?.number !== number) {
      const snapshot = deskSnapshot(db, room.scope, now()).finally(() => {
        if (room.reading?.snapshot === snapshot) room.reading = null;
      });
      room.reading = { number, snapshot };
    }
    return room.reading.snapshot;
  }

  return {
    begin(number) {
      told = Math.max(told, number);
    },

    async join(socket, scope, since) {
      const name = `desk:${scope.areaCode ?? ''}:${scope.providerId ?? ''}`;
      const room = roomOf(name, scope);
      const number = told;
      const came: Changes<DeskItem>[] = [];
      room.clients += 1;
      room.waiting.set(socket.id, came);
      socket.once('disconnect', () => {
        room.waiting.delete(socket.id);
        room.clients -= 1;
        if (room.clients === 0) rooms.delete(name);
      });
      const changes = since === null ? null : await missed(scope, since, number);
      const snapshot = changes ? null : await snapshotOf(room, number);
      if (!socket.connected) return;
      if (changes) socket.emit('changes', changes);
      if (snapshot) socket.emit('snapshot', { ...snapshot, number });
      for (const batch of came) socket.emit('changes', batch);
      room.waiting.delete(socket.id);
      await socket.join(name);
    },

    async tell(batch) {
      const news = rooms.size > 0 ? await deskNews(db, batch.events, now()) : [];
      told = batch.to;
      for (const [name, room] of rooms) {
        const changes = { from: batch.from, to: batch.to, items: cutTo(room.scope, news) };
        space.to(name).emit('changes', changes);
        for (const came of room.waiting.values()) came.push(changes);
      }
    },
  };
}
