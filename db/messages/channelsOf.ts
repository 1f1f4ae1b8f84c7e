/** By which channels each of many recipients can be told something. */
import { sql } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';

/** What of a recipient decides on the channels. */
export interface Channels {
  /** Somebody signs in as them, so that there is a screen. */
  hasAccount: boolean;
  /** A mobile number is known and text messages are not switched off. */
  takesSms: boolean;
  /** Browsers that asked to be told, unless that is switched off. */
  subscriptionIds: string[];
}

interface Row extends Record<string, unknown> {
  id: string;
  has_account: boolean;
  takes_sms: boolean;
  subscription_ids: string[];
}

/** The channels of persons who live; those who have none are left out. */
export async function channelsOf(tx: Tx, personIds: readonly string[]): Promise<Map<string, Channels>> {
  if (personIds.length === 0) return new Map();
  const rows = await tx.execute<Row>(sql`
    select p.id, exists (select from users u where u.person_id = p.id and u.closed_at is null) as has_account,
      p.phone_sealed is not null and coalesce(s.sms, true) as takes_sms,
      array(select n.id from push_subscriptions n where n.person_id = p.id and coalesce(s.push, true)) as subscription_ids
    from persons p left join message_settings s on s.person_id = p.id
    where p.id = any (${`{${personIds.join(',')}}`}::uuid[]) and p.closed_at is null`);
  return new Map(
    rows.map((row) => [
      row.id,
      { hasAccount: row.has_account, takesSms: row.takes_sms, subscriptionIds: row.subscription_ids },
    ]),
  );
}
