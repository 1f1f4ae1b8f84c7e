/** Addresses of calendars: made, listed and revoked by their person; found again by the secret in them. */
import { and, asc, eq, isNull, lt, or } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { freshBytes } from '../connect/random.ts';
import { digest } from '../connect/seal.ts';
import { calendarFeeds } from './schema.ts';

/** A person has no more addresses in force than this. */
const MOST_FEEDS = 5;
const TOKEN_BYTES = 32;
const HOUR = 3_600_000;

/** Makes an address; the token is told this once. Refuses a sixth. */
export async function openFeed(tx: Tx, act: Act, personId: string): Promise<{ id: string; token: string }> {
  const open = await feedsOf(tx, personId);
  if (open.length >= MOST_FEEDS) refuse('too_many_feeds', undefined, { most: MOST_FEEDS });
  const token = Buffer.from(freshBytes(TOKEN_BYTES)).toString('base64url');
  const id = newId(act.at);
  await tx
    .insert(calendarFeeds)
    .values({ id, personId, tokenDigest: digest('calendar', token), createdAt: act.at });
  await writeAudit(tx, act, [{ action: 'calendar.opened', personId, recordId: id }]);
  return { id, token };
}

/** A person's addresses in force, oldest first. */
export function feedsOf(db: Database | Tx, personId: string) {
  return db
    .select({
      id: calendarFeeds.id,
      createdAt: calendarFeeds.createdAt,
      lastReadAt: calendarFeeds.lastReadAt,
    })
    .from(calendarFeeds)
    .where(and(eq(calendarFeeds.personId, personId), isNull(calendarFeeds.revokedAt)))
    .orderBy(asc(calendarFeeds.id))
    .limit(MOST_FEEDS);
}

/** Lets an address lead nowhere from now on; refuses one that is not the person's or is revoked. */
export async function revokeFeed(tx: Tx, act: Act, personId: string, id: string): Promise<void> {
  const revoked = await tx
    .update(calendarFeeds)
    .set({ revokedAt: act.at })
    .where(
      and(eq(calendarFeeds.id, id), eq(calendarFeeds.personId, personId), isNull(calendarFeeds.revokedAt)),
    )
    .returning({ id: calendarFeeds.id });
  if (revoked.length === 0) refuse('not_found', 'id');
  await writeAudit(tx, act, [{ action: 'calendar.revoked', personId, recordId: id }]);
}

/** Whose calendar a token opens, and notes to the hour that it was read; null where it opens none. */
export async function feedByToken(db: Database, token: string, at: Date): Promise<string | null> {
  const [row] = await db
    .select({ id: calendarFeeds.id, personId: calendarFeeds.personId })
    .from(calendarFeeds)
    .where(and(eq(calendarFeeds.tokenDigest, digest('calendar', token)), isNull(calendarFeeds.revokedAt)));
  if (!row) return null;
  const anHourAgo = new Date(at.getTime() - HOUR);
  await db
    .update(calendarFeeds)
    .set({ lastReadAt: at })
    .where(
      and(
        eq(calendarFeeds.id, row.id),
        or(isNull(calendarFeeds.lastReadAt), lt(calendarFeeds.lastReadAt, anHourAgo)),
      ),
    );
  return row.personId;
}
