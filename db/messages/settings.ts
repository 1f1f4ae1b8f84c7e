/** How a person wants to be told: text messages, browsers, quiet hours, language. */
import { eq } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { languageOf, setLanguage } from '../people/language.ts';
import { currentPolicy } from '../services/policies.ts';
import type { MessageLanguage, QuietHours } from './rules.ts';
import { messageSettings } from './schema.ts';

export interface MessageSettings {
  sms: boolean;
  push: boolean;
  quiet: QuietHours;
  language: MessageLanguage;
}

/** What a person chose, or the policy where they have not chosen yet. */
export async function readSettings(db: Database | Tx, personId: string, at: Date): Promise<MessageSettings> {
  const [[row], language, policy] = await Promise.all([
    db.select().from(messageSettings).where(eq(messageSettings.personId, personId)),
    languageOf(db, personId),
    currentPolicy(db, 'messages', at),
  ]);
  if (!language) throw new Error('there is no such person');
  return {
    sms: row?.sms ?? true,
    push: row?.push ?? true,
    quiet: row ? { fromMinute: row.quietFromMinute, untilMinute: row.quietUntilMinute } : policy.body.quiet,
    language,
  };
}

/** Keeps what a person chose. */
export async function changeSettings(
  tx: Tx,
  act: Act,
  personId: string,
  settings: MessageSettings,
): Promise<MessageSettings> {
  const { sms, push, quiet, language } = settings;
  const chosen = {
    sms,
    push,
    quietFromMinute: quiet.fromMinute,
    quietUntilMinute: quiet.untilMinute,
    changedAt: act.at,
  };
  await setLanguage(tx, personId, language);
  await tx
    .insert(messageSettings)
    .values({ personId, ...chosen })
    .onConflictDoUpdate({ target: messageSettings.personId, set: chosen });
  return settings;
}
