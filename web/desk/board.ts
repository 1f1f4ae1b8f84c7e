/**
 * The board as it stands: a snapshot, then every numbered change laid over it. What arrives between two frames of the
 * screen is laid in at once, so that a busy city costs one drawing a frame, and an older version never covers a newer.
 */
import { onScopeDispose, type Ref, ref, type ShallowRef, shallowRef, triggerRef } from 'vue';
import { type LiveState, useLive } from '../parts/live.ts';
import type { DeskCarer, DeskItem, DeskOrder, Snapshot } from './records.ts';

const flashMs = 1_800;

export interface Board {
  state: { readonly value: LiveState };
  /** False until the first snapshot has come. */
  ready: ShallowRef<boolean>;
  orders: ShallowRef<Map<string, DeskOrder>>;
  carers: ShallowRef<Map<string, DeskCarer>>;
  /** Orders changed a moment ago. */
  fresh: ShallowRef<Set<string>>;
  /** Grows with every snapshot and every news of an alert: what is known of alerts is to be read again. */
  alertNews: Ref<number>;
}

/** Follows the desk for the life of the calling component. */
export function useBoard(): Board {
  const ready = shallowRef(false);
  const orders = shallowRef(new Map<string, DeskOrder>());
  const carers = shallowRef(new Map<string, DeskCarer>());
  const fresh = shallowRef(new Set<string>());
  const alertNews = ref(0);
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let waiting: DeskItem[] = [];
  let planned = false;

  const { state } = useLive<Snapshot, DeskItem>('/desk', {
    snapshot(told) {
      waiting = [];
      orders.value = new Map(told.orders.map((order) => [order.id, order]));
      carers.value = new Map(told.carers.map((carer) => [carer.personId, carer]));
      ready.value = true;
      alertNews.value += 1;
    },
    changes({ items }) {
      ready.value = true;
      waiting.push(...items);
      if (items.some((item) => item.alert)) alertNews.value += 1;
      plan();
    },
  });

  // A page in the background gets no frames; its board must stay right all the same.
  function plan(): void {
    if (planned || waiting.length === 0) return;
    planned = true;
    if (document.visibilityState === 'visible') requestAnimationFrame(lay);
    else setTimeout(lay, 200);
  }

  function lay(): void {
    planned = false;
    const items = waiting;
    waiting = [];
    const changed: string[] = [];
    let moved = false;
    for (const { order, carer } of items) {
      const known = order && orders.value.get(order.id);
      if (order && (!known || known.version <= order.version)) {
        orders.value.set(order.id, order);
        changed.push(order.id);
      }
      if (carer) {
        carers.value.set(carer.personId, carer);
        moved = true;
      }
    }
    if (changed.length > 0) {
      triggerRef(orders);
      flash(changed);
    }
    if (moved) triggerRef(carers);
  }

  function flash(ids: readonly string[]): void {
    fresh.value = new Set([...fresh.value, ...ids]);
    const timer = setTimeout(() => {
      timers.delete(timer);
      const rest = new Set(fresh.value);
      for (const id of ids) rest.delete(id);
      fresh.value = rest;
    }, flashMs);
    timers.add(timer);
  }

  onScopeDispose(() => {
    for (const timer of timers) clearTimeout(timer);
  });
  return { state, ready, orders, carers, fresh, alertNews };
}
