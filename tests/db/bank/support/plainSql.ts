/** Going around the code: the ledger's functions and tables by plain SQL, as the application's role and as the owner. */
import postgres from 'postgres';
import type { Act } from '../../../../db/connect/act.ts';
import { client } from '../../../../db/connect/database.ts';
import { APP_ROLE } from '../../../../db/connect/privileges.ts';
import { type TestDatabase, testDatabase } from '../../../support/database.ts';
import { actOf, later, monday } from '../../../support/smallCity.ts';
import { type Circle, type Label, openCircle } from './circle.ts';

export interface Wish {
  debit: Label;
  credit: Label;
  amount?: number;
  cause?: string;
  currency?: string;
  key?: string;
}

export interface PlainSql {
  database: TestDatabase;
  /** Owns every table. */
  owner: postgres.Sql;
  /** What the product's processes are. */
  application: postgres.Sql;
  circle: Circle;
  /** A value as `bank_…` takes it. */
  json(value: unknown): postgres.Parameter;
  act(actorId?: string): postgres.Parameter;
  posting(wish: Wish): Record<string, unknown>;
  /** What the database says to a posting of several transfers, and of one. */
  post(...wishes: Wish[]): Promise<string>;
  postOne(wish: Wish): Promise<string>;
  /** A transfer of the mother's to the pool. */
  donated(amount: number): Promise<string>;
  close(): Promise<void>;
}

/** What the database answers: `done`, the word of a refusal, or the SQLSTATE and constraint of anything else. */
export async function said(query: Promise<unknown>): Promise<string> {
  try {
    await query;
    return 'done';
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    if (error.code === 'HZ001') return error.message;
    return error.constraint_name ? `${error.code} ${error.constraint_name}` : error.code;
  }
}

/** A database with a circle whose mother has 600 minutes, 60 granted and 500 fen, its team 100 and its pool 90 minutes. */
export async function plainSql(): Promise<PlainSql> {
  const database = await testDatabase();
  const owner = database.sql;
  const application = client(database.url, database.config.schema, 'test application', 2, APP_ROLE);
  const circle = await openCircle(owner, database.db, actOf('system', monday));
  const json = (value: unknown) => owner.json(value as never);
  const act = (actorId = 'first') => json(actOf('regulator', monday, actorId) satisfies Act);
  let keys = 0;
  const posting = ({ debit, credit, ...more }: Wish) => ({
    debit: circle.ids[debit],
    credit: circle.ids[credit],
    amount: 10,
    cause: 'donation',
    currency: debit === 'subsidy' ? 'fen' : 'min',
    key: `plain:${keys++}`,
    ...more,
  });
  const post = (...wishes: Wish[]) =>
    said(application`select bank_post(${json(wishes.map(posting))}, ${act()})`);
  const postOne = (wish: Wish) => said(application`select bank_post_one(${json(posting(wish))}, ${act()})`);
  await post(
    { debit: 'fund', credit: 'mother', amount: 600, cause: 'import' },
    { debit: 'fund', credit: 'motherGrant', amount: 60, cause: 'grant' },
    { debit: 'subsidy', credit: 'motherFen', amount: 500, cause: 'grant' },
    { debit: 'fund', credit: 'team', amount: 100, cause: 'import' },
    { debit: 'fund', credit: 'pool', amount: 90, cause: 'import' },
  );
  return {
    database,
    owner,
    application,
    circle,
    json,
    act,
    posting,
    post,
    postOne,
    async donated(amount) {
      const wish = posting({ debit: 'mother', credit: 'pool', amount });
      const [row] = await application<{ id: string }[]>`select bank_post_one(${json(wish)}, ${act()}) as id`;
      return row!.id;
    },
    async close() {
      await application.end();
      await database.close();
    },
  };
}

/** Ninety minutes after the start, when a test's holds end. */
export const holdsEnd = later(monday, 90);
