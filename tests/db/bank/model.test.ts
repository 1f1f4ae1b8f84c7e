/**
 * Random programs of all the ledger's commands, one after the other on several connections, against a simple model in
 * memory: each answer and each balance must be the model's. A failure prints its program and how to repeat it:
 *
 *   LEDGER_SEED=… LEDGER_PATH=… npx vitest run --config tests/vitest.config.ts tests/db/bank/model.test.ts
 *
 * LEDGER_RUNS makes more programs than usual.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenDatabase, openDatabase } from '../../../db/connect/database.ts';
import { type TestDatabase, testDatabase } from '../../support/database.ts';
import { actOf, later, monday } from '../../support/smallCity.ts';
import { carryOut } from './support/carryOut.ts';
import { type Circle, type Label, labels, openCircle } from './support/circle.ts';
import { type Command, program } from './support/commands.ts';
import { LedgerModel } from './support/ledgerModel.ts';
import { brokenPromises } from './support/promises.ts';
import { asRepeated } from './support/repeat.ts';

const CONNECTIONS = 3;

let database: TestDatabase;
let connections: OpenDatabase[];
beforeAll(async () => {
  database = await testDatabase();
  connections = Array.from({ length: CONNECTIONS }, () =>
    openDatabase({ ...database.config, databasePool: 1 }, 'model'),
  );
});
afterAll(async () => {
  await Promise.all(connections.map((each) => each.close()));
  await database.close();
});

/** Balance and held of each account, as the ledger says. */
async function standingOf(circle: Circle): Promise<Record<string, string>> {
  const rows = await database.sql<{ id: string; balance: number; held: number }[]>`
    select id, balance, held from account_balances where id in ${database.sql(Object.values(circle.ids))}`;
  const byId = new Map(rows.map(({ id, balance, held }) => [id, `${balance} of which held ${held}`]));
  return Object.fromEntries(labels.map((label) => [label, byId.get(circle.ids[label]) ?? 'none']));
}

const standingIn = (model: LedgerModel): Record<string, string> =>
  Object.fromEntries(
    labels.map((label: Label) => {
      const { balance, held } = model.accounts[label];
      return [label, `${balance} of which held ${held}`];
    }),
  );

let minutes = 0;

async function follows(commands: readonly Command[]): Promise<void> {
  const start = minutes;
  const at = () => later(monday, minutes);
  const circle = await openCircle(database.sql, database.db, actOf('system', at()));
  const model = new LedgerModel();
  for (const [n, command] of commands.entries()) {
    minutes++;
    const answers = model.do(command, minutes - start);
    const { db } = connections[n % CONNECTIONS]!;
    const answer = await carryOut(db, circle, command, at());
    expect(answers, `answer to command ${n}, ${JSON.stringify(command)}`).toContain(answer);
    expect(await standingOf(circle), `after command ${n}, ${JSON.stringify(command)}`).toEqual(
      standingIn(model),
    );
  }
}

describe('the ledger', () => {
  it('answers every program of commands as the model does, and holds what the model holds', async () => {
    await fc.assert(
      fc.asyncProperty(program(60), (commands) => follows(commands)),
      asRepeated(30),
    );
    expect(await brokenPromises(database.sql)).toEqual([]);
  });
});
