/** Whether those who are known by a session are still signed in, and who they are. */
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { anyOf } from '../connect/anyOf.ts';
import type { Database } from '../connect/database.ts';
import { sessions, users } from './signin.schema.ts';

/** Of these sessions and API keys, the ones still in force at `at`, whose accounts are open. */
export async function sessionsInForce(db: Database, ids: readonly string[], at: Date): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const asked = sql`(select x::uuid from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) as x)`;
  const now = sql`${at.toISOString()}::timestamptz`;
  const rows = await db.execute<{ id: string }>(sql`
    select s.id from sessions s join users u on u.id = s.user_id
    where s.id in ${asked} and s.expires_at > ${now} and u.closed_at is null
    union all
    select k.id from api_keys k join users u on u.id = k.reference_id
    where k.id in ${asked} and k.enabled and coalesce(k.expires_at > ${now}, true) and u.closed_at is null`);
  return new Set(rows.map((row) => row.id));
}

export type SignedIn = Pick<
  typeof users.$inferSelect,
  | 'id'
  | 'name'
  | 'username'
  | 'role'
  | 'personId'
  | 'providerId'
  | 'stationId'
  | 'areaCode'
  | 'language'
  | 'twoFactorEnabled'
>;

/** The users of these sessions, by session; those whose session is over or whose account is closed are left out. */
export async function usersOfSessions(
  db: Database,
  ids: readonly string[],
  at: Date,
): Promise<Map<string, SignedIn>> {
  const rows = await db
    .select({
      sessionId: sessions.id,
      user: {
        id: users.id,
        name: users.name,
        username: users.username,
        role: users.role,
        personId: users.personId,
        providerId: users.providerId,
        stationId: users.stationId,
        areaCode: users.areaCode,
        language: users.language,
        twoFactorEnabled: users.twoFactorEnabled,
      },
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(anyOf(sessions.id, ids), gt(sessions.expiresAt, at), isNull(users.closedAt)));
  return new Map(rows.map(({ sessionId, user }) => [sessionId, user]));
}
