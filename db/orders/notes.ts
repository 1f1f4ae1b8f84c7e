/** What was said with an order, sealed. */
import { sql } from 'drizzle-orm';
import type { Tx } from '../connect/database.ts';
import { byteaText } from '../connect/insertRows.ts';

/** Writes other notes for orders that the caller has locked; null: none any more. */
export async function writeNotes(
  tx: Tx,
  notes: readonly { orderId: string; noteSealed: Uint8Array | null }[],
): Promise<void> {
  if (notes.length === 0) return;
  const rows = notes.map(({ orderId, noteSealed }) => ({
    id: orderId,
    note: noteSealed && byteaText(noteSealed),
  }));
  await tx.execute(sql`
    update orders o set note_sealed = m.note
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m(id uuid, note bytea) where o.id = m.id`);
}
