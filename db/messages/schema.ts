/**
 * The book of messages: what people are told, by which channel, and how it got there. The same thing is told to the same
 * recipient by the same channel once. What is said is sealed, for it names people.
 */
import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, smallint, text, unique, uuid } from 'drizzle-orm/pg-core';
import { bytes, instant, key } from '../connect/columns.ts';
import { persons } from '../people/schema.ts';
import { messageChannels, messageStates } from './rules.ts';
import type { MessageTemplate } from './templates.ts';

export const messages = pgTable(
  'messages',
  {
    id: key(),
    /** A person, or a provider or station, whose desks all see it. */
    recipientId: uuid('recipient_id').notNull(),
    channel: text('channel', { enum: messageChannels }).notNull(),
    /** The browser, for `push`. */
    subscriptionId: uuid('subscription_id'),
    template: text('template').$type<MessageTemplate>().notNull(),
    /** JSON of the template's parameters. */
    paramsSealed: bytes('params_sealed').notNull(),
    /** What it is about, with the template's name before it: told once. */
    onceKey: text('once_key').notNull(),
    state: text('state', { enum: messageStates }).notNull(),
    /** Goes out in quiet hours, too. */
    urgent: boolean('urgent').notNull().default(false),
    /** After this nobody needs to hear it any more. */
    until: instant('until'),
    attempts: smallint('attempts').notNull().default(0),
    /** When the worker takes it up, or, while it is being sent, when it may be taken for lost. */
    nextAt: instant('next_at'),
    /** A code, such as `http_503` or `timeout`. */
    lastError: text('last_error'),
    createdAt: instant('created_at').notNull(),
    sentAt: instant('sent_at'),
    readAt: instant('read_at'),
  },
  (t) => [
    check('messages_channel', sql`(${t.channel} = 'push') = (${t.subscriptionId} is not null)`),
    check(
      'messages_state',
      sql`case when ${t.channel} = 'screen' then ${t.state} in ('unread', 'read') else ${t.state} not in ('unread', 'read') end`,
    ),
    check('messages_due', sql`(${t.state} in ('waiting', 'sending')) = (${t.nextAt} is not null)`),
    unique('messages_once').on(t.recipientId, t.onceKey, t.channel, t.subscriptionId).nullsNotDistinct(),
    index('messages_screen').on(t.recipientId, t.state, t.id).where(sql`channel = 'screen'`),
    index('messages_due_at').on(t.nextAt).where(sql`state in ('waiting', 'sending')`),
    index('messages_dead').on(t.id).where(sql`state = 'dead'`),
  ],
);

/** What a person chose; without a row, the policy's. */
export const messageSettings = pgTable(
  'message_settings',
  {
    personId: uuid('person_id')
      .primaryKey()
      .references(() => persons.id),
    sms: boolean('sms').notNull(),
    push: boolean('push').notNull(),
    quietFromMinute: integer('quiet_from_minute').notNull(),
    quietUntilMinute: integer('quiet_until_minute').notNull(),
    changedAt: instant('changed_at').notNull(),
  },
  (t) => [
    check(
      'message_settings_quiet',
      sql`${t.quietFromMinute} between 0 and 1439 and ${t.quietUntilMinute} between 0 and 1439`,
    ),
  ],
);

/** A browser that asked to be told (RFC 8030). */
export const pushSubscriptions = pgTable(
  'push_subscriptions',
  {
    id: key(),
    personId: uuid('person_id')
      .notNull()
      .references(() => persons.id),
    endpointDigest: bytes('endpoint_digest').notNull().unique('push_subscriptions_endpoint'),
    /** JSON `{"endpoint":…,"keys":{"p256dh":…,"auth":…}}`. */
    subscriptionSealed: bytes('subscription_sealed').notNull(),
    /** Messages in a row that could not be delivered. */
    failed: smallint('failed').notNull().default(0),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [index('push_subscriptions_person').on(t.personId)],
);

/** The city's own key for push services (RFC 8292), made once. */
export const pushKeys = pgTable(
  'push_keys',
  {
    one: smallint('one').primaryKey().default(1),
    publicKey: text('public_key').notNull(),
    privateSealed: bytes('private_sealed').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [check('push_keys_one', sql`${t.one} = 1`)],
);
