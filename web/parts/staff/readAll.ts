/** Reads a listing to its end, page by page, where a desk counts and sorts the whole of it. */
import type { Page } from '../records.ts';

const mostPages = 10;

/** All items of a listing of at most `mostPages` pages; `cut` says that more remain. */
export async function readAll<T>(
  read: (cursor: string | null) => Promise<Page<T>>,
): Promise<{ items: T[]; cut: boolean }> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let number = 0; number < mostPages; number += 1) {
    const page: Page<T> = await read(cursor);
    items.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return { items, cut: cursor !== null };
}
