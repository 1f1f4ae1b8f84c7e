/** A listing that is read on page by page: what is shown so far, and more when asked for. */
import { computed, ref, shallowRef } from 'vue';
import { useAct, useLoad } from './load.ts';
import type { Page } from './records.ts';

export function usePages<T>(read: (cursor: string | null) => Promise<Page<T>>) {
  const later = shallowRef<T[]>([]);
  const cursor = ref<string | null>(null);
  const { data, problem, loading, reload } = useLoad(async () => {
    const page = await read(null);
    later.value = [];
    cursor.value = page.nextCursor;
    return page.items;
  });
  const more = useAct(async () => {
    const page = await read(cursor.value);
    later.value = [...later.value, ...page.items];
    cursor.value = page.nextCursor;
  });
  /** Null until the first page has come. */
  const rows = computed(() => data.value && [...data.value, ...later.value]);

  /** Reads anew from the beginning, with nothing shown meanwhile: something else is asked for. */
  function begin(): void {
    data.value = null;
    later.value = [];
    cursor.value = null;
    void reload();
  }

  /** Reads the first page anew, unless the reader has read on. */
  const refresh = () => (later.value.length === 0 ? reload() : undefined);

  return {
    rows,
    loading,
    problem: computed(() => problem.value ?? more.problem.value),
    reload,
    begin,
    refresh,
    hasMore: computed(() => cursor.value !== null),
    more: () => more.run(),
    busy: more.busy,
  };
}
