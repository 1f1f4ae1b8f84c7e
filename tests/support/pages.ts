/** The pages that browser tests look at, built once before a run when their sources have changed. */
import { buildPages, pagesAreFresh } from '../../api/start/pages.ts';

export default async function setup(): Promise<void> {
  if (!pagesAreFresh()) await buildPages(new AbortController().signal);
}
