/** A month's statement with a partner as the address asks for it, read page by page; all of it for paper and for a file. */
import { computed, shallowRef, watch } from 'vue';
import { type LocationQuery, useRoute, useRouter } from 'vue-router';
import { call } from '../../parts/api.ts';
import type { AnswerOf } from '../../parts/endpoints.ts';
import { monthOf } from '../../parts/hours/period.ts';
import { useAct, useLoad } from '../../parts/load.ts';
import type { Currency } from './amounts.ts';

export type Statement = AnswerOf<'GET', '/partners/:code/statement'>;
export type StatementLine = Statement['items'][number];

const monthText = /^20\d\d-(0[1-9]|1[0-2])$/;
const PAGE = 200;
/** No sheet of paper and no table made here has more lines. */
export const MOST_LINES = 2_000;

/** The month in the address, `YYYY-MM`; the present one where there is none. */
export const monthIn = ({ month }: LocationQuery): string =>
  typeof month === 'string' && monthText.test(month) ? month : monthOf(Date.now());

/** `pageLength` lines at first; `readAll` reads the rest. */
export function useStatement(code: string, pageLength: number) {
  const route = useRoute();
  const router = useRouter();
  const later = shallowRef<StatementLine[]>([]);
  const cursor = shallowRef<string | null>(null);
  const month = computed({
    get: () => monthIn(route.query),
    set: (value: string) => void router.replace({ query: { ...route.query, month: value } }),
  });
  const currency = computed<Currency>({
    get: () => (route.query.currency === 'fen' ? 'fen' : 'min'),
    set: (value) => void router.replace({ query: { ...route.query, currency: value } }),
  });

  const readPage = (after: string | null, limit: number): Promise<Statement> =>
    call('GET', '/partners/:code/statement', {
      param: { code },
      query: { month: month.value, currency: currency.value, limit, cursor: after },
    });
  const { data, problem, reload } = useLoad(async () => {
    const page = await readPage(null, pageLength);
    later.value = [];
    cursor.value = page.nextCursor;
    return page;
  });
  const lines = computed(() => [...(data.value?.items ?? []), ...later.value]);
  const more = useAct(async () => {
    const page = await readPage(cursor.value, PAGE);
    later.value = [...later.value, ...page.items];
    cursor.value = page.nextCursor;
  });
  /** Reads on to the end; true where it was reached. */
  async function readAll(): Promise<boolean> {
    while (cursor.value && lines.value.length < MOST_LINES && !more.problem.value) await more.run();
    return cursor.value === null;
  }
  watch([month, currency], () => {
    data.value = null;
    void reload();
  });

  return { month, currency, data, problem, reload, lines, cursor, more, readAll };
}
