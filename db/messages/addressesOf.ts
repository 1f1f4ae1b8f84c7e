/** Where messages that leave the house go: telephones, browsers, and what their owners chose. */
import { sql } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';
import { unseal } from '../connect/seal.ts';
import type { MessageLanguage, QuietHours } from './rules.ts';

/** What a browser gave to be reached by (RFC 8030, RFC 8291). */
export interface PushAddress {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

export interface Address {
  language: MessageLanguage;
  /** What the person chose; null: as the policy says. */
  quiet: QuietHours | null;
  /** Null where text messages are switched off or no telephone is known. */
  phone: string | null;
  push: PushAddress | null;
}

interface Row extends Record<string, unknown> {
  message_id: string;
  language: MessageLanguage;
  phone_sealed: Uint8Array | null;
  sms: boolean | null;
  push: boolean | null;
  quiet_from_minute: number | null;
  quiet_until_minute: number | null;
  subscription_sealed: Uint8Array | null;
}

/** The addresses of messages, by message; those to persons who are closed are left out. */
export async function addressesOf(tx: Tx, messageIds: readonly string[]): Promise<Map<string, Address>> {
  const rows = await tx.execute<Row>(sql`
    select m.id as message_id, p.language, p.phone_sealed, s.sms, s.push, s.quiet_from_minute, s.quiet_until_minute,
      n.subscription_sealed
    from messages m join persons p on p.id = m.recipient_id
    left join message_settings s on s.person_id = p.id
    left join push_subscriptions n on n.id = m.subscription_id and n.person_id = p.id
    where m.id = any (${`{${messageIds.join(',')}}`}::uuid[]) and p.closed_at is null`);
  return new Map(
    rows.map((row) => [
      row.message_id,
      {
        language: row.language,
        quiet:
          row.quiet_from_minute === null || row.quiet_until_minute === null
            ? null
            : { fromMinute: row.quiet_from_minute, untilMinute: row.quiet_until_minute },
        phone: row.sms === false ? null : unseal(row.phone_sealed),
        push:
          row.push === false || !row.subscription_sealed
            ? null
            : (JSON.parse(unseal(row.subscription_sealed)) as PushAddress),
      },
    ]),
  );
}
