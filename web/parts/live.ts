/**
 * Live changes over socket.io. A connection remembers the last number it saw and reconnects with it, so that
 * it is told exactly what it missed or is given a fresh snapshot; pages only say what to do with the news.
 */
import type { Socket } from 'socket.io-client';
import { onScopeDispose, type Ref, ref } from 'vue';

export type LiveState = 'connecting' | 'live' | 'reconnecting';

/** Numbered news: everything after `from` up to and with `to`. */
export interface Changes<Item> {
  from: number;
  to: number;
  items: Item[];
}

export interface Hearer<Snapshot, Item> {
  snapshot?: (snapshot: Snapshot) => void;
  changes?: (changes: Changes<Item>) => void;
  /** The connection stands again after a break. */
  resumed?: () => void;
}

export interface Line {
  /** Show it whenever it is not `live`. */
  state: Ref<LiveState>;
  close: () => void;
}

/** Joins a namespace (`/desk`, `/me`) for the life of the calling component. */
export function useLive<Snapshot extends { number: number }, Item>(
  space: string,
  hearer: Hearer<Snapshot, Item>,
): Line {
  const line = openLine(space, hearer);
  onScopeDispose(line.close);
  return line;
}

/** Opens a line by hand; whoever opens it closes it. */
export function openLine<Snapshot extends { number: number }, Item>(
  space: string,
  hearer: Hearer<Snapshot, Item>,
): Line {
  const state = ref<LiveState>('connecting');
  let since: number | null = null;
  let socket: Socket | null = null;
  let closed = false;

  void import('socket.io-client').then(({ io }) => {
    if (closed) return;
    socket = io(space, {
      path: '/live',
      transports: ['websocket'],
      reconnectionDelay: 500,
      reconnectionDelayMax: 5000,
      forceNew: true,
      auth: (tell) => tell({ since }),
    });
    socket.on('connect', () => {
      const again = state.value === 'reconnecting';
      state.value = 'live';
      if (again) hearer.resumed?.();
    });
    socket.on('disconnect', () => {
      if (!closed) state.value = 'reconnecting';
    });
    socket.on('connect_error', () => {
      if (!closed) state.value = 'reconnecting';
    });
    socket.on('snapshot', (snapshot: Snapshot) => {
      since = snapshot.number;
      hearer.snapshot?.(snapshot);
    });
    socket.on('changes', (changes: Changes<Item>) => {
      since = changes.to;
      hearer.changes?.(changes);
    });
  });

  return {
    state,
    close: () => {
      closed = true;
      socket?.close();
    },
  };
}
