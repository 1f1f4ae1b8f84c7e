/**
 * Who pays an order (T3, T5, S12): the holder's hours or the elder's subsidy are set aside. The elder's own hours go grant
 * before personal, and for those entitled a pool pays what is missing: of what was given for key elders, of their district,
 * of the city. Hours of a relative are personal only, as granted hours are for their owner.
 */
import { type Pool, poolsFor } from '../bank/pools.ts';
import { type HoldRequest, hold } from '../bank/post.ts';
import type { BankPolicy } from '../bank/rules.ts';
import type { Act, By } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import type { ElderToServe } from '../people/eldersToServe.ts';
import { spendByMandate } from '../people/mandateLimit.ts';
import { expectRedeemable } from '../people/redeeming.ts';
import { currentPolicy } from '../services/policies.ts';
import type { OrderRow } from './transition.ts';

const DAY = 86_400_000;

export interface BookedOrder {
  order: OrderRow;
  elder: ElderToServe;
  /** Whose accounts pay. */
  holderId: string;
  /** Null where the bank does not pay. */
  cost: Pick<HoldRequest, 'currency' | 'amount'> | null;
  /** Who books. */
  by: By;
}

type PaidOrder = BookedOrder & { cost: NonNullable<BookedOrder['cost']> };

const isEntitled = ({ poolPaysFor }: BankPolicy, elder: ElderToServe): boolean =>
  (poolPaysFor.keyElders && elder.keyElder) || poolPaysFor.subsidyClasses.includes(elder.subsidyClass);

/**
 * Sets aside what the orders cost. Refuses hours of somebody who may not redeem them for the elder (T5), what passes a
 * delegate's limit (C12), and what the accounts do not have.
 */
export async function setAside(tx: Tx, act: Act, booked: readonly BookedOrder[]): Promise<void> {
  const paid = booked.filter((one): one is PaidOrder => one.cost !== null);
  if (paid.length === 0) return;
  const { body: bank } = await currentPolicy(tx, 'bank', act.at);
  const inMinutes = paid.filter(({ cost }) => cost.currency === 'min');
  await expectRedeemable(
    tx,
    inMinutes.map(({ elder, holderId }) => ({ holderId, elderId: elder.id, birthDate: elder.birthDate })),
    bank.redeemAge,
    act.at,
  );
  await spendForElders(tx, act, inMinutes);
  const pools = await poolsOfEntitled(
    tx,
    inMinutes.filter(({ elder, holderId }) => holderId === elder.id && isEntitled(bank, elder)),
  );
  await hold(
    tx,
    act,
    paid.map(
      ({ order, elder, holderId, cost }): HoldRequest => ({
        ...cost,
        orderId: order.id,
        ownerId: holderId,
        kinds: holderId === elder.id ? ['grant', 'personal'] : ['personal'],
        pool: pools.get(order.id) ?? null,
        expiresAt: new Date(order.latestStartAt.getTime() + bank.holdDays * DAY),
      }),
    ),
  );
}

/** Counts what each delegate books from an elder's own hours; the delegate's own hours are nobody else's business. */
async function spendForElders(tx: Tx, act: Act, inMinutes: readonly PaidOrder[]): Promise<void> {
  const spent = new Map<string, { by: By; elderId: string; minutes: number }>();
  for (const { elder, holderId, cost, by } of inMinutes) {
    if (by.role !== 'family' || holderId !== elder.id) continue;
    const key = `${by.actorId}:${elder.id}`;
    const before = spent.get(key)?.minutes ?? 0;
    spent.set(key, { by, elderId: elder.id, minutes: before + cost.amount });
  }
  for (const { by, elderId, minutes } of spent.values())
    await spendByMandate(tx, { ...by, at: act.at }, elderId, minutes);
}

/** By order the pool that pays what is missing: the first that could pay all of it, else the fullest. */
async function poolsOfEntitled(tx: Tx, entitled: readonly PaidOrder[]): Promise<Map<string, string>> {
  const poolsOf = new Map<string, readonly Pool[]>();
  const chosen = new Map<string, string>();
  for (const { order, elder, cost } of entitled) {
    const key = `${order.districtCode}:${elder.keyElder}`;
    const pools = poolsOf.get(key) ?? (await poolsFor(tx, order.districtCode, elder.keyElder));
    poolsOf.set(key, pools);
    const fullest = pools.toSorted((a, b) => b.available - a.available)[0];
    const pool = pools.find(({ available }) => available >= cost.amount) ?? fullest;
    if (pool && pool.available > 0) chosen.set(order.id, pool.accountId);
  }
  return chosen;
}
