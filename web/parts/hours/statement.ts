/** A statement as asked for in the address: which account, which months; read page by page, oldest line first. */
import { computed, shallowRef, watch } from 'vue';
import { type LocationQueryRaw, useRoute } from 'vue-router';
import { call } from '../api.ts';
import { useAct, useLoad } from '../load.ts';
import { useHolder } from './holder.ts';
import type { Statement, StatementLine } from './lines.ts';
import { monthOf, type Period, periodOf } from './period.ts';

const monthText = /^20\d\d-(0[1-9]|1[0-2])$/;

/** `pageLength` lines at a time, at most 200. */
export function useStatement(pageLength: number) {
  const route = useRoute();
  const { read } = useHolder();
  const later = shallowRef<StatementLine[]>([]);
  const cursor = shallowRef<string | null>(null);
  const hours = useLoad(read);

  const month = monthOf(Date.now());
  const period = computed<Period>(() => {
    const { from, to } = route.query;
    const usual = periodOf('thisMonth', month);
    const given = typeof from === 'string' && monthText.test(from) ? from : usual.from;
    const until = typeof to === 'string' && monthText.test(to) && to >= given ? to : given;
    return { from: given, to: until };
  });
  const account = computed(() => {
    const accounts = hours.data.value?.accounts ?? [];
    return accounts.find(({ id }) => id === route.query.account) ?? accounts[0] ?? null;
  });
  const query = computed<LocationQueryRaw>(() => ({ ...period.value, account: account.value?.id }));

  const readPage = (after: string | null): Promise<Statement> =>
    call('GET', '/accounts/:id/statement', {
      param: { id: account.value!.id },
      query: { ...period.value, order: 'oldest', limit: pageLength, cursor: after },
    });
  const statement = useLoad(
    async () => {
      const page = await readPage(null);
      later.value = [];
      cursor.value = page.nextCursor;
      return page;
    },
    { now: false },
  );
  const more = useAct(async () => {
    const page = await readPage(cursor.value);
    later.value = [...later.value, ...page.items];
    cursor.value = page.nextCursor;
  });
  watch(
    [() => account.value?.id, period],
    ([id]) => {
      if (id) void statement.reload();
    },
    { immediate: true },
  );
  const lines = computed(() => [...(statement.data.value?.items ?? []), ...later.value]);

  return { hours, account, period, query, statement, lines, cursor, more, month };
}
