/** The names and persons behind the account ids that history and audit keep. */
import { eq, inArray } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { users } from './signin.schema.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Names by account id; parts of the system such as `worker:offers` are left out. */
export async function namesOf(db: Database | Tx, actorIds: readonly string[]): Promise<Map<string, string>> {
  const ids = actorIds.filter((id) => UUID.test(id));
  if (ids.length === 0) return new Map();
  const rows = await db.select({ id: users.id, name: users.name }).from(users).where(inArray(users.id, ids));
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** The person whose account acts; null for parts of the system and for accounts without a person. */
export async function personOfActor(tx: Database | Tx, act: Act): Promise<string | null> {
  if (!UUID.test(act.actorId)) return null;
  const [row] = await tx.select({ personId: users.personId }).from(users).where(eq(users.id, act.actorId));
  return row?.personId ?? null;
}
