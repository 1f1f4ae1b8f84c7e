/** The same command for all who ask for it at the same time, in one transaction: a crowd at the door does not queue. */
import type { Context } from 'hono';
import { type Act, isOfWhatWasAsked, type Outcome, perform, RefusalError } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { apart, gather } from '../../db/connect/gather.ts';
import { callerOf, type Principal } from '../auth/principal.ts';
import type { ApiContext, Env } from './context.ts';
import { type Answered, answered, doneBy, keep, type RequestTicket } from './idempotency.ts';
import { Problem } from './problems.ts';

/** While one group is in the database, the next is put together. */
const CROWD = { most: 128, lanes: 1 };

/** One of those who ask for the same thing at the same time. */
export interface Asked<Item> {
  item: Item;
  principal: Principal;
  ticket: RequestTicket | null;
}

/**
 * Carries out the same command for all who ask at the same time, in one transaction: each one's change, answer and kept
 * answer commit together. `work` answers in the order given. Where somebody is refused, the others go on without them.
 */
export function carryOutTogether<Item, T extends object>(
  { db, now }: ApiContext,
  work: (tx: Tx, act: Act, asked: readonly Asked<Item>[]) => Promise<readonly T[]>,
  answer: Answered<T> = {},
): (c: Context<Env>, item: Item) => Promise<T> {
  async function all(asked: readonly Asked<Item>[]): Promise<readonly Outcome<T>[]> {
    const act: Act = { actorId: 'api:together', role: 'system', onBehalfOf: null, at: now() };
    const outcome = await perform(db, act, async (tx) => {
      const values = await work(tx, act, asked);
      const requests = asked.flatMap(({ ticket }, i) => doneBy(ticket, values[i] as T, answer, act.at));
      await keep(tx, requests);
      return values;
    });
    if (outcome.ok) return outcome.value.map((value) => ({ ok: true, value }));
    if (asked.length > 1) throw new RefusalError(outcome.refusal);
    return [outcome];
  }
  // What the database or this house said of one is no reason for the others; a lost connection is.
  const isOnesOwn = (reason: unknown) => reason instanceof Problem || isOfWhatWasAsked(reason);
  const join = gather(CROWD, (asked: readonly Asked<Item>[]) => apart(asked, all, isOnesOwn));
  return async (c, item) =>
    answered(c, await join({ item, principal: callerOf(c), ticket: c.get('ticket') }), answer);
}
