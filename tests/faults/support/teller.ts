/**
 * A process that does its steps one after the other, each again under the same key until it is answered, and then writes
 * the step's number into its file. Killed and started again, it goes on after the last number that is there.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { askReversal, hold, post, settle } from '../../../db/bank/post.ts';
import { type Act, type Outcome, perform, sqlState } from '../../../db/connect/act.ts';
import { type Database, type OpenDatabase, openDatabase } from '../../../db/connect/database.ts';
import type { Circle } from '../../db/bank/support/circle.ts';
import { type Step, stepOf, type Teller } from './plan.ts';

export interface TellerOrder extends Teller {
  url: string;
  file: string;
  circle: Circle;
}

const RETRY_MS = 25;
const order = JSON.parse(process.argv[2] ?? '') as TellerOrder;
const { circle } = order;

const connect = (): OpenDatabase =>
  openDatabase(
    { databaseUrl: order.url, databaseReadUrl: null, databasePool: 2, schema: 'public' },
    order.name,
  );
let open = connect();

/** Nobody said whether it was done: the connection or the server broke. */
const isUnanswered = (error: unknown): boolean =>
  /^(57|08|53300)/.test(sqlState(error) ?? '57') || !isOfPostgres(error);
const isOfPostgres = (error: unknown): boolean => /^[0-9A-Z]{5}$/.test(sqlState(error) ?? '');

async function untilAnswered<T>(work: (db: Database) => Promise<Outcome<T>>): Promise<Outcome<T>> {
  for (;;) {
    try {
      return await work(open.db);
    } catch (error) {
      if (!isUnanswered(error)) throw error;
      open.close().catch(() => {});
      await pause(RETRY_MS);
      open = connect();
    }
  }
}

function expectDone(outcome: Outcome<unknown>, step: Step): void {
  // Done before the connection broke, and only now answered.
  if (!outcome.ok && outcome.refusal.code === 'already_done' && step.do !== 'post') return;
  if (!outcome.ok)
    throw new Error(`${order.name} was refused ${JSON.stringify({ step, ...outcome.refusal })}`);
}

async function take(step: Step): Promise<void> {
  const act: Act = { actorId: order.name, role: 'system', onBehalfOf: null, at: new Date() };
  switch (step.do) {
    case 'post': {
      const postings = step.transfers.map(({ debit, credit, ...rest }) => ({
        debit: circle.ids[debit],
        credit: circle.ids[credit],
        currency: 'min' as const,
        ...rest,
      }));
      const outcome = await untilAnswered((db) => perform(db, act, (tx) => post(tx, act, postings)));
      return expectDone(outcome, step);
    }
    case 'visit': {
      const { orderId, held: amount, paid } = step;
      const request = {
        orderId,
        ownerId: circle.owners.mother,
        currency: 'min' as const,
        amount,
        // What is not paid is over at once, for the worker to end.
        expiresAt: paid > 0 ? new Date(act.at.getTime() + 3_600_000) : act.at,
      };
      expectDone(await untilAnswered((db) => perform(db, act, (tx) => hold(tx, act, [request]))), step);
      if (paid === 0) return;
      const credits = [{ account: circle.ids.stranger, amount: paid }];
      const settlement = { orderId, approval: 'test', credits, policyId: circle.policyId };
      expectDone(await untilAnswered((db) => perform(db, act, (tx) => settle(tx, act, [settlement]))), step);
      return;
    }
    case 'reverse': {
      const outcome = await untilAnswered((db) =>
        perform(db, act, async (tx) => {
          const [row] = await tx.execute<{ id: string }>(
            sql`select transfer_id as id from transfer_keys where key = ${step.key}`,
          );
          const request = { transferId: row!.id, reasonCode: 'wrong_amount' as const, note: 'test' };
          return askReversal(tx, act, request, { min: 600, fen: 600 });
        }),
      );
      return expectDone(outcome, step);
    }
  }
}

const taken = existsSync(order.file) ? readFileSync(order.file, 'utf8').split('\n').length - 1 : 0;
for (let n = taken; n < order.steps; n++) {
  await take(stepOf(order, circle, n));
  appendFileSync(order.file, `${n}\n`);
}
await open.close();
