/** Pictures of a visit: few, small, sealed, and only what is a picture by its own bytes. */
import { count, eq } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { seal, unseal } from '../connect/seal.ts';
import { currentPolicy } from '../services/policies.ts';
import { visitPhotos } from './schema.ts';
import { lockVisitRows } from './write.ts';

export type MediaType = (typeof visitPhotos.$inferSelect)['mediaType'];
export const MOST_BYTES = 500_000;

/** What a file is by its first bytes; null for everything that is no JPEG or WebP. */
export function mediaTypeOf(file: Uint8Array): MediaType | null {
  const bytes = Buffer.from(file.subarray(0, 12));
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg';
  const isWebp = bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
  return isWebp ? 'image/webp' : null;
}

/** Keeps a picture of a visit that has begun; refuses what is no picture, too large, or more than the policy allows. */
export async function addPhoto(tx: Tx, act: Act, visitId: string, file: Uint8Array): Promise<string> {
  const mediaType = mediaTypeOf(file);
  if (!mediaType) refuse('invalid', 'photo');
  if (file.length > MOST_BYTES) refuse('too_many', 'photo', { max: MOST_BYTES });
  const [visit] = await lockVisitRows(tx, [visitId]);
  if (!visit) refuse('not_found', 'id');
  if (!['started', 'finished'].includes(visit.state)) refuse('wrong_state', 'state', { state: visit.state });
  const { body } = await currentPolicy(tx, 'visits', act.at);
  const [kept] = await tx.select({ n: count() }).from(visitPhotos).where(eq(visitPhotos.visitId, visitId));
  if ((kept?.n ?? 0) >= body.photosEach) refuse('too_many', 'photo', { max: body.photosEach });
  const id = newId(act.at);
  await tx.insert(visitPhotos).values({
    id,
    visitId,
    mediaType,
    bytes: file.length,
    sealed: seal(Buffer.from(file).toString('base64')),
    actorId: act.actorId,
    at: act.at,
  });
  await writeAudit(tx, act, [{ action: 'visit.photo', personId: visit.elderId, recordId: visitId }]);
  return id;
}

/** A picture by its id, with the visit it is of. */
export async function photoOf(
  db: Database,
  id: string,
): Promise<{ visitId: string; mediaType: MediaType; file: Buffer } | null> {
  const [row] = await db.select().from(visitPhotos).where(eq(visitPhotos.id, id));
  if (!row) return null;
  const file = Buffer.from(unseal(row.sealed), 'base64');
  return { visitId: row.visitId, mediaType: row.mediaType, file };
}
