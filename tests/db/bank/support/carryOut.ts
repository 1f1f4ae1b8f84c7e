/** Does the commands of a program on the real ledger, and says what it answered. */
import { sql } from 'drizzle-orm';
import {
  askReversal,
  type Credit,
  closeAccounts,
  decideReversal,
  expireHolds,
  freezeAccounts,
  hold,
  limitAccount,
  type Posting,
  post,
  release,
  resume,
  type Settlement,
  settle,
  suspend,
  thawAccounts,
} from '../../../../db/bank/post.ts';
import { type Act, attempt, perform, sqlState } from '../../../../db/connect/act.ts';
import type { Database, Tx } from '../../../../db/connect/database.ts';
import type { Circle } from './circle.ts';
import { type Command, type Due, type Move, THRESHOLD } from './commands.ts';
import type { Answer } from './modelRules.ts';

const MINUTE = 60_000;

/**
 * What the ledger answers to a command at an instant. Anything else than an answer is thrown. On its own, a single posting
 * goes together with others of the moment.
 */
export async function carryOut(
  db: Database,
  circle: Circle,
  command: Command,
  at: Date,
  isOnItsOwn = false,
): Promise<Answer> {
  const actorId = 'by' in command ? command.by : 'test';
  const act: Act = { actorId, role: 'regulator', onBehalfOf: null, at };
  try {
    const outcome = await (isOnItsOwn
      ? attempt(() => doOne(db, circle, command, act))
      : perform(db, act, (tx) => doOne(tx, circle, command, act)));
    return outcome.ok ? outcome.value : outcome.refusal.code;
  } catch (error) {
    if (sqlState(error) === 'HZ003') return 'HZ003';
    throw error;
  }
}

async function doOne(
  tx: Database | Tx,
  circle: Circle,
  command: Command,
  act: Act,
): Promise<'done' | 'not_found'> {
  const orderIds = (orders: number[]) => orders.map((order) => circle.orders[order]!.id);
  const inMinutes = (minutes: number) => new Date(act.at.getTime() + minutes * MINUTE);
  switch (command.do) {
    case 'post':
      await post(tx, act, postingsOf(circle, command.moves));
      break;
    case 'hold':
      await hold(tx, act, [
        {
          orderId: circle.orders[command.order]!.id,
          ownerId: circle.owners[command.owner],
          currency: command.currency,
          amount: command.amount,
          ...(command.kinds ? { kinds: command.kinds } : {}),
          pool: command.usesPool ? circle.ids.pool : null,
          expiresAt: inMinutes(command.lastsMinutes),
        },
      ]);
      break;
    case 'release':
      await release(tx, act, orderIds(command.orders));
      break;
    case 'suspend':
      await suspend(
        tx,
        act,
        orderIds(command.orders).map((orderId) => ({ orderId, ownerId: circle.owners.pool })),
      );
      break;
    case 'resume':
      await resume(tx, act, orderIds(command.orders));
      break;
    case 'expire':
      await expireHolds(tx, act, 1000);
      break;
    case 'settle':
      await settle(tx, act, [settlementOf(circle, command)]);
      break;
    case 'ask': {
      const transferId = await nthTransfer(tx, circle, command.transfer);
      await askReversal(tx, act, { transferId, reasonCode: 'wrong_amount', note: 'test' }, THRESHOLD);
      break;
    }
    case 'decide': {
      const reversalId = await nthReversal(tx, circle, command.reversal);
      if (!reversalId) return 'not_found';
      await decideReversal(tx, act, reversalId, command.approved);
      break;
    }
    case 'freeze':
      await freezeAccounts(tx, act, [circle.ids[command.account]]);
      break;
    case 'thaw':
      await thawAccounts(tx, [circle.ids[command.account]]);
      break;
    case 'close':
      await closeAccounts(tx, act, [circle.ids[command.account]]);
      break;
    case 'limit':
      await limitAccount(tx, circle.ids.partner, command.most);
  }
  return 'done';
}

/** A circle's keys are its own. */
export const keyIn = (circle: Circle, key: string): string => `${circle.owners.pool}:${key}`;

export const postingsOf = (circle: Circle, moves: readonly Move[]): Posting[] =>
  moves.map(({ debit, credit, amount, currency, cause, cap, key }) => ({
    debit: circle.ids[debit],
    credit: circle.ids[credit],
    amount,
    currency,
    cause: cause as Posting['cause'],
    ...(cap === undefined ? {} : { cap, pool: circle.ids.pool }),
    key: keyIn(circle, key),
  }));

function settlementOf(circle: Circle, { order, basis, dues }: Command & { do: 'settle' }): Settlement {
  const { id, verifiedVisit, unverifiedVisit } = circle.orders[order]!;
  const another = circle.orders[(order + 1) % circle.orders.length]!;
  const creditOf = (due: Due): Credit => ({
    account: circle.ids[due.account],
    amount: due.amount,
    cap: due.cap ?? null,
    pool: circle.ids.pool,
  });
  return {
    orderId: id,
    visitId: {
      verified: verifiedVisit,
      unverified: unverifiedVisit,
      another: another.verifiedVisit,
      approval: null,
    }[basis],
    approval: basis === 'approval' ? 'partner_city' : null,
    credits: dues.map(creditOf),
    policyId: circle.policyId,
  };
}

const isOfCircle = (circle: Circle) => {
  const ids = sql`(select jsonb_array_elements_text(${JSON.stringify(Object.values(circle.ids))}::jsonb)::uuid)`;
  return sql`(t.debit_account_id in ${ids} or t.credit_account_id in ${ids})`;
};

async function nthTransfer(tx: Database | Tx, circle: Circle, n: number): Promise<string> {
  const rows = await tx.execute<{ id: string }>(
    sql`select t.id from transfers t where ${isOfCircle(circle)} order by t.id`,
  );
  return rows[n % rows.length]!.id;
}

async function nthReversal(tx: Database | Tx, circle: Circle, n: number): Promise<string | undefined> {
  const rows = await tx.execute<{ id: string }>(sql`
    select r.id from reversals r join transfers t on t.id = r.transfer_id
    where ${isOfCircle(circle)} order by r.asked_at`);
  return rows.length > 0 ? rows[n % rows.length]!.id : undefined;
}
