/** Browsers that ask to be told by their push service (RFC 8030). */
import { and, asc, eq } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { digest, seal } from '../connect/seal.ts';
import { currentPolicy } from '../services/policies.ts';
import type { PushAddress } from './addressesOf.ts';
import { pushSubscriptions } from './schema.ts';

/** A person has no more browsers than this; the oldest gives way. */
const MOST_BROWSERS = 10;

/** Whether a push service may be called: encrypted, and one of those that the policy names. */
export function isPushService(endpoint: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname, port, username, password } = new URL(endpoint);
  return (
    protocol === 'https:' &&
    !port &&
    !username &&
    !password &&
    hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`))
  );
}

/**
 * Remembers a browser for a person; one that was another's is theirs from now on, because the same browser has one
 * address only. Refuses an address at a push service that the policy does not name. Returns its id.
 */
export async function subscribe(tx: Tx, act: Act, personId: string, address: PushAddress): Promise<string> {
  const { body } = await currentPolicy(tx, 'messages', act.at);
  if (!isPushService(address.endpoint, body.pushHosts)) refuse('invalid', 'endpoint');
  const subscriptionSealed = seal(JSON.stringify(address));
  const [row] = await tx
    .insert(pushSubscriptions)
    .values({
      id: newId(act.at),
      personId,
      endpointDigest: digest('push', address.endpoint),
      subscriptionSealed,
      createdAt: act.at,
    })
    .onConflictDoUpdate({
      target: pushSubscriptions.endpointDigest,
      set: { personId, subscriptionSealed, failed: 0 },
    })
    .returning({ id: pushSubscriptions.id });
  if (!row) throw new Error('a browser was not remembered');
  const all = await tx
    .select({ id: pushSubscriptions.id })
    .from(pushSubscriptions)
    .where(eq(pushSubscriptions.personId, personId))
    .orderBy(asc(pushSubscriptions.id));
  const tooMany = all.slice(0, -MOST_BROWSERS).map(({ id }) => id);
  if (tooMany.length > 0) await tx.delete(pushSubscriptions).where(anyOf(pushSubscriptions.id, tooMany));
  await writeAudit(tx, act, [{ action: 'push.subscribed', personId, recordId: row.id }]);
  return row.id;
}

/** Forgets a browser of the person; one that is not theirs, or is forgotten already, is passed over. */
export async function unsubscribe(tx: Tx, act: Act, personId: string, id: string): Promise<void> {
  const gone = await tx
    .delete(pushSubscriptions)
    .where(and(eq(pushSubscriptions.id, id), eq(pushSubscriptions.personId, personId)))
    .returning({ id: pushSubscriptions.id });
  await writeAudit(
    tx,
    act,
    gone.map((row) => ({ action: 'push.unsubscribed', personId, recordId: row.id })),
  );
}
