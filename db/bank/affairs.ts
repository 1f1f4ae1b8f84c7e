/**
 * Winding up (T10): before a person's accounts can close, nothing may be open that they owe or are owed. What is only
 * planned is called off; what is under way has to be finished first.
 */
import { and, eq, inArray } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { cancelOrders } from '../orders/end.ts';
import { withdrawOffers } from '../orders/offer.ts';
import { openOrdersOf } from '../orders/openOf.ts';
import { closePerson } from '../people/closePerson.ts';
import { currentPolicy } from '../services/policies.ts';
import { type AccountBalance, balancesOf } from './balances.ts';
import { clearings } from './clearing.schema.ts';
import {
  type AccountName,
  accountKey,
  cityCode,
  closeAccounts,
  heldStill,
  openAccounts,
  type Posting,
  post,
  release,
} from './post.ts';
import { repayments } from './recover.ts';

/** Written into the history of orders that end with their payer's account. */
const REASON = 'account_closed';
const PLANNED = new Set(['requested', 'offered', 'accepted']);

export interface Affairs {
  /** The person's open accounts, which stay as they are until the transaction ends. */
  accounts: AccountBalance[];
  cancelledOrders: number;
  /** Visits that the person had promised and others will take. */
  withdrawnVisits: number;
  /** Minutes that paid a debt. */
  recoveredMinutes: number;
  /** Minutes still owed. */
  owedMinutes: number;
}

/**
 * Calls off all that a person has planned, gives back what was held for it and pays their debts as far as they can.
 * Refuses with `orders_open` and how many while visits are under way, wait to be confirmed or are disputed.
 */
export async function windUp(tx: Tx, act: Act, personId: string): Promise<Affairs> {
  const before = await balancesOf(tx, personId);
  await heldStill(
    tx,
    before.map((account) => account.id),
  );
  const open = await openOrdersOf(tx, personId);
  const underWay = open.filter((order) => !PLANNED.has(order.state));
  if (underWay.length > 0) refuse('orders_open', 'personId', { count: underWay.length });
  const mine = open.filter((order) => order.isTheirs);
  const promised = open.filter((order) => !order.isTheirs);
  const calledOff = (orders: typeof open) => orders.map(({ id }) => ({ orderId: id, reason: REASON }));
  if (mine.length > 0) await cancelOrders(tx, act, calledOff(mine));
  if (promised.length > 0) await withdrawOffers(tx, act, calledOff(promised));
  await withdrawProposals(
    tx,
    act,
    before.map((account) => account.id),
  );
  const recoveredMinutes = await repay(tx, act, await balancesOf(tx, personId));
  const accounts = await balancesOf(tx, personId);
  const owed = accounts.find((one) => one.kind === 'receivable' && one.currency === 'min');
  return {
    accounts,
    cancelledOrders: mine.length,
    withdrawnVisits: promised.length,
    recoveredMinutes,
    owedMinutes: Math.abs(owed?.balance ?? 0),
  };
}

/** What was proposed to or by partner cities for these accounts is off. */
async function withdrawProposals(tx: Tx, act: Act, accountIds: readonly string[]): Promise<void> {
  const off = await tx
    .update(clearings)
    .set({ state: 'withdrawn', decidedAt: act.at })
    .where(and(inArray(clearings.accountId, [...accountIds]), eq(clearings.state, 'proposed')))
    .returning({ id: clearings.id });
  await release(
    tx,
    act,
    off.map((one) => one.id),
  );
}

async function repay(tx: Tx, act: Act, accounts: readonly AccountBalance[]): Promise<number> {
  const debt = accounts.find((one) => one.kind === 'receivable' && one.currency === 'min' && one.balance < 0);
  const own = accounts.find((one) => one.kind === 'personal');
  if (!debt || !own) return 0;
  const postings = await repayments(tx, act, [{ debt_id: debt.id, account_id: own.id, currency: 'min' }]);
  await post(tx, act, postings);
  return postings.reduce((sum, one) => sum + one.amount, 0);
}

export interface Returned {
  fundMinutes: number;
  fundFen: number;
}

const sumOf = (postings: readonly Posting[], currency: Posting['currency']): number =>
  postings.reduce((sum, one) => sum + (one.currency === currency ? one.amount : 0), 0);

/**
 * Closes what a person has, once no hours of their own are left: what the city had granted and nobody used goes back to
 * the fund. Refuses with `account_not_empty` where there is more. A debt stays open.
 */
export async function closeEmptied(tx: Tx, act: Act, personId: string, causeId: string): Promise<Returned> {
  const bank = await currentPolicy(tx, 'bank', act.at);
  const returned = await returnGrants(tx, act, await balancesOf(tx, personId), causeId, bank.id);
  await post(tx, act, returned);
  const emptied = (await balancesOf(tx, personId)).filter(
    (one) => one.kind !== 'receivable' || one.balance === 0,
  );
  await closeAccounts(
    tx,
    act,
    emptied.map((one) => one.id),
  );
  return { fundMinutes: sumOf(returned, 'min'), fundFen: sumOf(returned, 'fen') };
}

async function returnGrants(
  tx: Tx,
  act: Act,
  accounts: readonly AccountBalance[],
  causeId: string,
  policyId: string,
): Promise<Posting[]> {
  const grants = accounts.filter((one) => one.kind === 'grant' && one.available > 0);
  const fund = (currency: AccountBalance['currency']): AccountName => ({
    ownerId: cityCode,
    kind: 'issuance',
    currency,
  });
  const funds = await openAccounts(
    tx,
    act,
    grants.map((one) => fund(one.currency)),
  );
  return grants.map((one) => ({
    debit: one.id,
    credit: funds.get(accountKey(fund(one.currency))) as string,
    amount: one.available,
    currency: one.currency,
    cause: 'closing',
    causeId,
    key: `closing:${causeId}:${one.id}`,
    policyId,
  }));
}

/**
 * Somebody has moved to a partner city and their hours with them: their accounts close and they leave the city's books.
 * Hours that came in meanwhile keep the accounts open; then it returns null.
 */
export async function leaveForPartner(
  tx: Tx,
  act: Act,
  move: { personId: string; causeId: string; reason: string },
): Promise<Returned | null> {
  const { accounts } = await windUp(tx, act, move.personId);
  if (accounts.some((one) => one.kind === 'personal' && one.balance > 0)) return null;
  await closePerson(tx, act, move.personId);
  const returned = await closeEmptied(tx, act, move.personId, move.causeId);
  await writeAudit(tx, act, [
    {
      action: 'account.closed',
      personId: move.personId,
      recordId: move.causeId,
      reason: move.reason,
      detail: { cause: 'move', ...returned },
    },
  ]);
  return returned;
}
