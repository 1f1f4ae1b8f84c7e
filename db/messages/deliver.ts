/**
 * Messages on their way out. A worker takes those that are due for a while; sends them with no transaction open; and
 * writes down what came of each. One that is killed between leaves them to the next worker after that while, which
 * sends them under the same id, so that a gateway that had them already can drop them.
 */
import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { unseal } from '../connect/seal.ts';
import { catalogueAt } from '../services/catalogue.ts';
import { currentPolicy } from '../services/policies.ts';
import { type Address, addressesOf, type PushAddress } from './addressesOf.ts';
import { type Said, say } from './render.ts';
import { type MessageState, quietUntil, retryAt } from './rules.ts';
import { messages, pushSubscriptions } from './schema.ts';
import type { MessageParams } from './templates.ts';

type MessageRow = typeof messages.$inferSelect;

/** A message that a worker has taken to send it. */
export interface OutgoingMessage extends Said {
  id: string;
  /** Which attempt it is, from 1. */
  attempt: number;
  urgent: boolean;
  /** Where it goes: a telephone or a browser. */
  to: { phone: string } | { push: PushAddress };
}

/** What came of an attempt; `final`: trying again cannot help, `gone`: the browser takes no more. */
export type Delivery = { ok: true } | { ok: false; error: string; final?: boolean; gone?: boolean };

interface Change {
  id: string;
  state: MessageState;
  attempts: number;
  next: Date | null;
  error: string | null;
  sent: Date | null;
}

/**
 * Takes at most `limit` messages that are due until `until`; others cannot take them before. Those of quiet hours are
 * put off, those that have no sense or no address any more are dropped. Also says how many rows it looked at.
 */
export async function takeMessages(
  tx: Tx,
  act: Act,
  limit: number,
  until: Date,
): Promise<{ looked: number; taken: OutgoingMessage[] }> {
  const due = await tx
    .select()
    .from(messages)
    .where(and(inArray(messages.state, ['waiting', 'sending']), lte(messages.nextAt, act.at)))
    .orderBy(asc(messages.nextAt))
    .limit(limit)
    .for('update', { skipLocked: true });
  if (due.length === 0) return { looked: 0, taken: [] };
  const [policy, catalogue, addresses] = await Promise.all([
    currentPolicy(tx, 'messages', act.at),
    catalogueAt(tx, act.at),
    addressesOf(
      tx,
      due.map((row) => row.id),
    ),
  ]);
  const taken: OutgoingMessage[] = [];
  const changes = due.map((row): Change => {
    const address = addresses.get(row.id);
    const to = toOf(row, address);
    const base = { id: row.id, attempts: row.attempts, error: row.lastError, sent: null };
    if (!address || !to || (row.until && row.until <= act.at))
      return { ...base, state: 'dropped', next: null };
    const quietEnd = row.urgent ? null : quietUntil(address.quiet ?? policy.body.quiet, act.at);
    if (quietEnd) return { ...base, state: 'waiting', next: quietEnd };
    const params = JSON.parse(unseal(row.paramsSealed)) as MessageParams;
    const attempt = row.attempts + 1;
    taken.push({
      id: row.id,
      attempt,
      urgent: row.urgent,
      to,
      ...say(row.template, params, address.language, catalogue.byCode),
    });
    return { ...base, state: 'sending', attempts: attempt, next: until };
  });
  await writeChanges(tx, changes);
  return { looked: due.length, taken };
}

function toOf(row: MessageRow, address: Address | undefined): OutgoingMessage['to'] | null {
  if (row.channel === 'sms') return address?.phone ? { phone: address.phone } : null;
  return address?.push ? { push: address.push } : null;
}

/**
 * Writes down what came of attempts. One that another worker has taken since is left to that worker. What failed is
 * tried again later and later, until it is dead.
 */
export async function noteDeliveries(
  tx: Tx,
  act: Act,
  items: readonly { id: string; attempt: number; delivery: Delivery }[],
): Promise<void> {
  if (items.length === 0) return;
  const policy = await currentPolicy(tx, 'messages', act.at);
  const byId = new Map(items.map((item) => [item.id, item]));
  const rows = await tx
    .select({ id: messages.id, attempts: messages.attempts, subscriptionId: messages.subscriptionId })
    .from(messages)
    .where(and(anyOf(messages.id, [...byId.keys()]), eq(messages.state, 'sending')))
    .orderBy(asc(messages.id))
    .for('update');
  const own = rows.filter((row) => byId.get(row.id)?.attempt === row.attempts);
  const deliveryOf = (id: string) => byId.get(id)?.delivery as Delivery;
  await writeChanges(
    tx,
    own.map((row): Change => {
      const base = { id: row.id, attempts: row.attempts };
      const delivery = deliveryOf(row.id);
      if (delivery.ok) return { ...base, state: 'sent', next: null, error: null, sent: act.at };
      const failed = { ...base, error: delivery.error, sent: null };
      if (delivery.gone) return { ...failed, state: 'dropped', next: null };
      const next = delivery.final ? null : retryAt(policy.body, row.attempts, act.at);
      return { ...failed, state: next ? 'waiting' : 'dead', next };
    }),
  );
  const subscriptionsWhere = (holds: (delivery: Delivery) => boolean) =>
    own.flatMap((row) => (row.subscriptionId && holds(deliveryOf(row.id)) ? row.subscriptionId : []));
  const gone = subscriptionsWhere((delivery) => !delivery.ok && delivery.gone === true);
  const failed = subscriptionsWhere((delivery) => !delivery.ok && !delivery.gone);
  const worked = subscriptionsWhere((delivery) => delivery.ok);
  if (gone.length > 0) await tx.delete(pushSubscriptions).where(anyOf(pushSubscriptions.id, gone));
  if (failed.length > 0)
    await tx
      .update(pushSubscriptions)
      .set({ failed: sql`least(${pushSubscriptions.failed} + 1, 1000)` })
      .where(anyOf(pushSubscriptions.id, failed));
  if (worked.length > 0)
    await tx
      .update(pushSubscriptions)
      .set({ failed: 0 })
      .where(and(anyOf(pushSubscriptions.id, worked), sql`${pushSubscriptions.failed} > 0`));
}

async function writeChanges(tx: Tx, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.execute(sql`
    update messages m set state = c.state, attempts = c.attempts, next_at = c.next, last_error = c.error, sent_at = c.sent
    from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as c(id uuid, state text, attempts smallint,
      next timestamptz, error text, sent timestamptz)
    where m.id = c.id`);
}
