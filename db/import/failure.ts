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

/** The database is there, but `npm start` has never laid a city's ground in it. */
export const noCity = (): ImportFailure =>
  new ImportFailure(
    '数据库里还没有城市：请先对它运行一次 npm start。',
    'The database holds no city yet: run `npm start` on it once.',
  );
