/** Word to helpers, and to their provider or station, before certificates run out. */
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { type MessageItem, sendMessages } from '../messages/send.ts';
import { currentPolicy } from '../services/policies.ts';
import { type Expiring, expiringOf } from './expiringOf.ts';

/** Before the first certificate. */
export const BEGINNING = { validUntil: '0001-01-01', id: '00000000-0000-0000-0000-000000000000' };

/**
 * Reminds of at most `limit` certificates after `after`, each once for every number of days of the policy. `today` is
 * the day in Asia/Shanghai. Returns them.
 */
export async function remindOfCertificates(
  tx: Tx,
  act: Act,
  today: string,
  limit: number,
  after: { validUntil: string; id: string } = BEGINNING,
): Promise<Expiring[]> {
  const { body } = await currentPolicy(tx, 'messages', act.at);
  const days = [...body.certificateDays].sort((a, b) => a - b);
  const expiring = await expiringOf(tx, today, days.at(-1) ?? 0, limit, after);
  await sendMessages(
    tx,
    act,
    expiring.flatMap((one): MessageItem[] => {
      const step = days.find((each) => one.days <= each);
      const what = {
        template: 'certificate_expiring' as const,
        key: `${one.id}:${one.validUntil}:${step}`,
        params: { holder: one.holder, certificate: one.kind, on: one.validUntil, days: one.days },
      };
      return [
        { ...what, personId: one.personId },
        ...(one.providerId ? [{ ...what, providerId: one.providerId }] : []),
        ...(one.stationId ? [{ ...what, stationId: one.stationId }] : []),
      ];
    }),
  );
  return expiring;
}
