/** What the dispatcher sees of the board: rows after the filter, in groups, and the counts for each filter. */
import { type ComputedRef, computed, reactive, ref } from 'vue';
import { useNow } from '../parts/now.ts';
import type { OrderState } from '../parts/records.ts';
import type { Board } from './board.ts';
import {
  type Alert,
  alertOf,
  type Group,
  type Grouping,
  grouped,
  isClosed,
  isInPlace,
  noFilter,
  type Row,
} from './rules.ts';

export interface Counts {
  all: number;
  states: Partial<Record<OrderState, number>>;
  alerts: Partial<Record<Alert, number>>;
}

export function useView(board: Board) {
  const filter = reactive(noFilter());
  const grouping = ref<Grouping>('state');
  const now = useNow();
  /** Alerts are looked for every five seconds: a board of thousands need not be sorted anew at each tick. */
  const alertNow = computed(() => Math.floor(now.value / 5_000) * 5_000);

  const inPlace = computed(() => {
    const rows: Row[] = [];
    for (const order of board.orders.value.values()) {
      if (isInPlace(order, filter)) rows.push({ order, alert: alertOf(order, alertNow.value) });
    }
    return rows;
  });

  const counts: ComputedRef<Counts> = computed(() => {
    const found: Counts = { all: inPlace.value.length, states: {}, alerts: {} };
    for (const { order, alert } of inPlace.value) {
      found.states[order.state] = (found.states[order.state] ?? 0) + 1;
      if (alert) found.alerts[alert] = (found.alerts[alert] ?? 0) + 1;
    }
    return found;
  });

  const rows = computed(() =>
    inPlace.value.filter(
      ({ order, alert }) =>
        (filter.state === null || order.state === filter.state) &&
        (filter.alert === null || alert === filter.alert),
    ),
  );
  const groups: ComputedRef<Group[]> = computed(() => grouped(rows.value, grouping.value));

  /** Orders for the map: what is over is drawn only when asked for by its state. */
  const drawn = computed(() =>
    rows.value.filter(({ order }) => filter.state === order.state || !isClosed(order.state)),
  );

  /** Orders not yet over, by district. */
  const openByDistrict = computed(() => {
    const found = new Map<string, number>();
    for (const { order } of drawn.value)
      found.set(order.districtCode, (found.get(order.districtCode) ?? 0) + 1);
    return found;
  });

  /** A second press on the same state shows all again. */
  function chooseState(state: OrderState | null): void {
    filter.state = filter.state === state ? null : state;
    filter.alert = null;
  }

  function chooseAlert(alert: Alert): void {
    filter.alert = filter.alert === alert ? null : alert;
    filter.state = null;
  }

  function clear(): void {
    Object.assign(filter, noFilter());
  }

  return {
    filter,
    grouping,
    now,
    counts,
    rows,
    groups,
    drawn,
    openByDistrict,
    chooseState,
    chooseAlert,
    clear,
  };
}
