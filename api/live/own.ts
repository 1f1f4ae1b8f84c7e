/** The namespace of every person: what of one's own orders, offers, visits and accounts has changed, by name only. */
import type { Namespace, Socket } from 'socket.io';
import type { EventRow } from '../../db/events/events.ts';
import type { Principal } from '../auth/principal.ts';
import type { Batch } from './feed.ts';

interface OwnItem {
  number: number;
  kind: EventRow['kind'];
  recordId: string;
  /** The order an offer or visit belongs to. */
  orderId: string | null;
  at: string;
}

/** The rooms in which a person hears of what concerns them, or those who consented that they see it. */
function roomsOf(principal: Principal): string[] {
  return [
    ...(principal.personId ? [`person:${principal.personId}`] : []),
    ...principal.actsFor.filter((one) => one.scopes.includes('see')).map((one) => `person:${one.elderId}`),
    ...(principal.providerId ? [`provider:${principal.providerId}`] : []),
    ...(principal.stationId ? [`station:${principal.stationId}`] : []),
  ];
}

/** Joins a person's rooms; the number says from where they hear everything. */
export async function joinOwn(socket: Socket, principal: Principal, number: number): Promise<void> {
  await socket.join(roomsOf(principal));
  socket.emit('snapshot', { number });
}

/** Tells each room of a batch what concerns it, in one message. */
export function tellOwn(space: Namespace, batch: Batch): void {
  const byRoom = new Map<string, OwnItem[]>();
  for (const event of batch.events) {
    const order = event.kind === 'order' ? event.recordId : event.detail.order;
    const item: OwnItem = {
      number: event.number,
      kind: event.kind,
      recordId: event.recordId,
      orderId: typeof order === 'string' ? order : null,
      at: event.at.toISOString(),
    };
    const { provider, station } = event.detail;
    const rooms = event.personIds.map((id) => `person:${id}`);
    if (typeof provider === 'string') rooms.push(`provider:${provider}`);
    if (typeof station === 'string') rooms.push(`station:${station}`);
    for (const room of rooms) {
      if (!space.adapter.rooms.has(room)) continue;
      const items = byRoom.get(room) ?? [];
      items.push(item);
      byRoom.set(room, items);
    }
  }
  for (const [room, items] of byRoom) {
    space.to(room).emit('changes', { from: batch.from, to: batch.to, items });
  }
}
