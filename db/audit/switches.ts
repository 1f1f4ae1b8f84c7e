/**
 * Switches that an administrator turns, such as the demo's simulator. The audit book itself is the record: the last
 * turn says how a switch stands, and who turned it is known with it.
 */
import { and, desc, eq } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { writeAudit } from './audit.ts';
import { audit } from './schema.ts';

/** `demo.city` marks a database as a demo, once for good; `demo.simulator` says whether its people are played. */
export type Switch = 'demo.city' | 'demo.simulator';

/** How a switch stands; null when nobody has turned it yet. */
export async function readSwitch(db: Database | Tx, name: Switch): Promise<boolean | null> {
  const [row] = await db
    .select({ detail: audit.detail })
    .from(audit)
    .where(and(eq(audit.recordId, name), eq(audit.action, name)))
    .orderBy(desc(audit.id))
    .limit(1);
  return typeof row?.detail?.on === 'boolean' ? row.detail.on : null;
}

/** Turns a switch. */
export async function turnSwitch(tx: Database | Tx, act: Act, name: Switch, on: boolean): Promise<void> {
  await writeAudit(tx, act, [{ action: name, recordId: name, detail: { on } }]);
}
