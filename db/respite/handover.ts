/** Handover notes (S6): what those who look after somebody tell each other, at arrival, during and at leaving; sealed. */
import { asc, eq, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Database, Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { seal, unseal } from '../connect/seal.ts';
import { HOME_RESPITE } from './quota.ts';
import type { NoteMoment } from './rules.ts';
import { handoverNotes } from './schema.ts';

/** Of a stay, or of a block at home. */
export type NoteOf = { stayId: string } | { orderId: string };

export interface NoteView {
  id: string;
  moment: NoteMoment;
  text: string;
  actorRole: string;
  at: Date;
  /** Of the block before this one. */
  isBefore: boolean;
}

/** Most notes shown of one stay or block. */
const MOST = 200;

/** Appends a note; of an order only where it is a block of home respite. */
export async function writeNote(
  tx: Tx,
  act: Act,
  of: NoteOf & { elderId: string; serviceCode?: string },
  note: { moment: NoteMoment; text: string },
): Promise<NoteView> {
  if ('orderId' in of && of.serviceCode !== HOME_RESPITE) refuse('not_offered', 'orderId');
  const id = newId(act.at);
  await insertRows(tx, handoverNotes, [
    {
      id,
      stayId: 'stayId' in of ? of.stayId : null,
      orderId: 'orderId' in of ? of.orderId : null,
      moment: note.moment,
      textSealed: seal(note.text),
      actorId: act.actorId,
      actorRole: act.role,
      at: act.at,
    },
  ]);
  await writeAudit(tx, act, [
    { action: 'handover.written', personId: of.elderId, recordId: 'stayId' in of ? of.stayId : of.orderId },
  ]);
  return { id, ...note, actorRole: act.role, at: act.at, isBefore: false };
}

/**
 * The notes of a stay or block, oldest first, at most 200; for whoever comes to a block `withBefore` also those of the
 * elder's block before it, which another carer may have made.
 */
export async function notesOf(
  db: Database | Tx,
  of: NoteOf,
  { withBefore }: { withBefore: boolean } = { withBefore: false },
): Promise<NoteView[]> {
  const before = withBefore && 'orderId' in of ? await blockBefore(db, of.orderId) : [];
  const rows = await db
    .select()
    .from(handoverNotes)
    .where(
      'stayId' in of
        ? eq(handoverNotes.stayId, of.stayId)
        : anyOf(handoverNotes.orderId, [of.orderId, ...before]),
    )
    .orderBy(asc(handoverNotes.id))
    .limit(MOST);
  return rows.map(({ id, orderId, moment, textSealed, actorRole, at }) => ({
    id,
    moment,
    text: unseal(textSealed),
    actorRole,
    at,
    isBefore: orderId !== null && before.includes(orderId),
  }));
}

/** The last block of the same elder that began before this one and was not called off; none or one. */
async function blockBefore(db: Database | Tx, orderId: string): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select b.id from orders o
    join orders b on b.elder_id = o.elder_id and b.start_at < o.start_at
    where o.id = ${orderId}::uuid and o.service_code = ${HOME_RESPITE} and b.service_code = ${HOME_RESPITE}
      and b.state not in ('cancelled', 'unserved')
    order by b.start_at desc limit 1`);
  return rows.map((row) => row.id);
}
