/**
 * Telling people something: written in the transaction of what it tells, so that nothing is told that did not happen.
 * One row a channel; the worker carries those out that leave the house.
 */
import { sql } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { byteaText } from '../connect/insertRows.ts';
import { seal } from '../connect/seal.ts';
import { record } from '../events/events.ts';
import { currentPolicy } from '../services/policies.ts';
import { type Channels, channelsOf } from './channelsOf.ts';
import { hearersOf, type Recipient, recipientId } from './recipient.ts';
import type { MessageChannel } from './rules.ts';
import { type MessageParams, type MessageTemplate, neededParams } from './templates.ts';

interface What {
  template: MessageTemplate;
  /** What the template names: instants in RFC 3339, services and certificates by their codes. */
  params: MessageParams;
  /** What it is about, such as an offer's id: the same is told once, however often it is asked for. */
  key: string;
  /** Goes out in quiet hours, too. */
  urgent?: boolean;
  /** After this instant there is no sense in sending it. */
  until?: Date;
}

/** What a person is told, or all desks of a provider or a station, on screen. */
export type MessageItem = What & Recipient;

interface Row {
  id: string;
  recipient: string;
  channel: MessageChannel;
  subscription: string | null;
  template: string;
  params: string;
  key: string;
  urgent: boolean;
  until: Date | undefined;
}

/**
 * Tells many recipients something, each by every channel they have; somebody without any is passed over. Throws when
 * a parameter of a template is missing.
 */
export async function sendMessages(tx: Tx, act: Act, items: readonly MessageItem[]): Promise<void> {
  if (items.length === 0) return;
  for (const { template, params } of items) {
    const missing = neededParams(template).filter((name) => !(name in params));
    if (missing.length > 0) throw new Error(`message ${template} lacks ${missing.join(', ')}`);
  }
  const personIds = items.flatMap((item) => ('personId' in item ? item.personId : []));
  const [policy, channels] = await Promise.all([
    currentPolicy(tx, 'messages', act.at),
    channelsOf(tx, [...new Set(personIds)]),
  ]);
  const bySms = new Set(policy.body.smsTemplates);
  const rows = items.flatMap((item): Row[] => {
    const ways = waysOf(item, channels, bySms.has(item.template));
    if (ways.length === 0) return [];
    const params = byteaText(seal(JSON.stringify(item.params)));
    return ways.map(([channel, subscription]) => ({
      id: newId(act.at),
      recipient: recipientId(item),
      channel,
      subscription,
      template: item.template,
      params,
      key: `${item.template}:${item.key}`,
      urgent: item.urgent ?? false,
      until: item.until,
    }));
  });
  if (rows.length === 0) return;
  const written = await tx.execute<{ id: string; recipient_id: string }>(sql`
    insert into messages (id, recipient_id, channel, subscription_id, template, params_sealed, once_key, urgent, until,
      state, next_at, created_at)
    select m.id, m.recipient, m.channel, m.subscription, m.template, m.params, m.key, m.urgent, m.until,
      case m.channel when 'screen' then 'unread' else 'waiting' end,
      case m.channel when 'screen' then null else ${act.at.toISOString()}::timestamptz end,
      ${act.at.toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m(id uuid, recipient uuid, channel text, subscription uuid,
      template text, params bytea, key text, urgent boolean, until timestamptz)
    on conflict on constraint messages_once do nothing
    returning id, recipient_id`);
  const shown = new Set(written.map((row) => row.id));
  const onScreen = new Map(
    rows.filter((row) => row.channel === 'screen' && shown.has(row.id)).map((row) => [row.recipient, row.id]),
  );
  await record(
    tx,
    act,
    items.flatMap((item) => {
      const id = onScreen.get(recipientId(item));
      if (!id) return [];
      onScreen.delete(recipientId(item));
      return [{ kind: 'message' as const, recordId: id, ...hearersOf(item) }];
    }),
  );
}

/** Each channel an item goes by, with the browser for `push`. */
function waysOf(
  item: MessageItem,
  channels: ReadonlyMap<string, Channels>,
  maySms: boolean,
): [MessageChannel, string | null][] {
  if (!('personId' in item)) return [['screen', null]];
  const has = channels.get(item.personId);
  if (!has) return [];
  return [
    ...(has.hasAccount ? [['screen', null] as [MessageChannel, null]] : []),
    ...(has.takesSms && maySms ? [['sms', null] as [MessageChannel, null]] : []),
    ...has.subscriptionIds.map((id): [MessageChannel, string] => ['push', id]),
  ];
}
