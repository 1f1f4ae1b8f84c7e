/** Messages as their recipients read them, and those that could not be delivered, for the administrator. */
import { and, asc, count, desc, eq, gt, inArray, lt, or, sql } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { unseal } from '../connect/seal.ts';
import { record } from '../events/events.ts';
import { catalogueAt } from '../services/catalogue.ts';
import { hearersOf, type Recipient, recipientId } from './recipient.ts';
import { type Said, say } from './render.ts';
import type { MessageLanguage } from './rules.ts';
import { messages } from './schema.ts';
import type { MessageParams, MessageTemplate } from './templates.ts';

export interface MessageView extends Said {
  id: string;
  template: MessageTemplate;
  urgent: boolean;
  at: Date;
  read: boolean;
}

/** No more unread messages than this are counted. */
const MOST_COUNTED = 100;

/** Messages on the screen of a person, or of a provider's or station's desks. */
const of = (recipientId: string) =>
  and(eq(messages.recipientId, recipientId), eq(messages.channel, 'screen'));

/** Messages on screen, unread first, then the newest, at most `limit`. */
export async function listMessages(
  db: Database | Tx,
  recipient: Recipient,
  language: MessageLanguage,
  at: Date,
  limit: number,
  after: { read: boolean; id: string } | null,
): Promise<MessageView[]> {
  const [rows, catalogue] = await Promise.all([
    db
      .select()
      .from(messages)
      .where(
        and(
          of(recipientId(recipient)),
          after
            ? or(
                and(eq(messages.state, after.read ? 'read' : 'unread'), lt(messages.id, after.id)),
                after.read ? undefined : eq(messages.state, 'read'),
              )
            : undefined,
        ),
      )
      .orderBy(desc(messages.state), desc(messages.id))
      .limit(limit),
    catalogueAt(db, at),
  ]);
  return rows.map((row) => ({
    id: row.id,
    template: row.template,
    urgent: row.urgent,
    at: row.createdAt,
    read: row.state === 'read',
    ...say(row.template, JSON.parse(unseal(row.paramsSealed)) as MessageParams, language, catalogue.byCode),
  }));
}

/** How many messages are unread, counted up to 100. */
export async function unreadOf(db: Database | Tx, recipient: Recipient): Promise<number> {
  const some = db
    .select({ id: messages.id })
    .from(messages)
    .where(and(of(recipientId(recipient)), eq(messages.state, 'unread')))
    .limit(MOST_COUNTED)
    .as('some');
  const [row] = await db.select({ unread: count() }).from(some);
  return row?.unread ?? 0;
}

/**
 * Marks messages on screen as read, all that are unread where no id is given, and shows it on the recipient's other
 * pages; refuses an id that is not the recipient's.
 */
export async function readMessages(tx: Tx, act: Act, recipient: Recipient, id: string | null): Promise<void> {
  const mine = and(of(recipientId(recipient)), id ? eq(messages.id, id) : undefined);
  if (id) {
    const found = await tx.select({ id: messages.id }).from(messages).where(mine);
    if (found.length === 0) refuse('not_found', 'id');
  }
  const read = await tx
    .update(messages)
    .set({ state: 'read', readAt: act.at })
    .where(and(mine, eq(messages.state, 'unread')))
    .returning({ id: messages.id });
  const [first] = read;
  if (first) await record(tx, act, [{ kind: 'message', recordId: first.id, ...hearersOf(recipient) }]);
}

/** Messages that could not be delivered, by id, at most `limit`: without whom they were for and what they say. */
export function deadMessages(db: Database | Tx, limit: number, after: string | null) {
  return db
    .select({
      id: messages.id,
      channel: messages.channel,
      template: messages.template,
      attempts: messages.attempts,
      lastError: messages.lastError,
      at: messages.createdAt,
    })
    .from(messages)
    .where(and(eq(messages.state, 'dead'), after ? gt(messages.id, after) : undefined))
    .orderBy(asc(messages.id))
    .limit(limit);
}

/** Lets dead messages be tried anew from the first attempt; refuses one that is not dead. */
export async function tryAgain(tx: Tx, act: Act, ids: readonly string[]): Promise<void> {
  const tried = await tx
    .update(messages)
    .set({ state: 'waiting', attempts: 0, nextAt: act.at })
    .where(and(inArray(messages.id, [...ids]), eq(messages.state, 'dead')))
    .returning({ id: messages.id });
  if (tried.length < new Set(ids).size) refuse('not_found', 'id');
}

/** Forgets messages from before an instant, at most `limit`; returns how many. */
export async function forgetMessages(tx: Database | Tx, before: string, limit: number): Promise<number> {
  const gone = await tx.execute<{ id: string }>(sql`
    delete from messages where id in (select id from messages where id < ${before} order by id limit ${limit}) returning id`);
  return gone.length;
}
