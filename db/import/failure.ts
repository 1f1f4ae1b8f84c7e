/** The import cannot begin, or the whole file cannot be taken; single bad lines are no failure. */
import type { Said } from './columns.ts';

export class ImportFailure extends Error {
  readonly said: Said;
  constructor(zh: string, en: string) {
    super(en);
    this.name = 'ImportFailure';
    this.said = { zh, en };
  }
}
