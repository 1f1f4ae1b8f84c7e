/**
 * What a phone recorded without a network and sends later (S9): each act is taken exactly once by the phone's own id of
 * it, in the order the phone did them, however often and in whatever order they come. An act that is refused holds up no
 * other; each is carried out in its own transaction, so that a process killed in between loses nothing that was answered.
 */
import { and, eq, inArray, lt } from 'drizzle-orm';
import { type Act, perform, type Refusal, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { currentPolicy } from '../services/policies.ts';
import { checkIn, checkOut } from './check.ts';
import { type DeviceRow, hasSigned, noteSeen } from './devices.ts';
import type { Check } from './evidence.ts';
import { addNotes, type Said } from './notes.ts';
import { countedAt, type UploadKind } from './rules.ts';
import { visits, visitUploads } from './schema.ts';

export interface Recorded {
  /** The phone's own id of the act. */
  id: string;
  deviceId: string;
  counter: number;
  visitId: string;
  deviceAt: Date;
  what:
    | { kind: 'check_in' | 'check_out'; check: Omit<Check, 'visitId' | 'deviceAt' | 'device'> }
    | { kind: 'task' | 'note'; said: Said };
}

export interface SignedAct {
  /** The text that the phone signed; `recorded` is what it says. */
  signed: string;
  signature: Buffer;
  recorded: Recorded;
}

export interface Fate {
  id: string;
  visitId: string;
  outcome: 'taken' | 'known' | 'superseded' | 'refused';
  /** Why it was refused, or stands beside another. */
  refusal: Refusal | null;
}

const HOUR = 3_600_000;

/** Takes what a phone of this person sent; answers in the order given. `sentAt` is the phone's clock as it sent. */
export async function takeUpload(
  db: Database,
  act: Act,
  device: DeviceRow,
  sentAt: Date,
  acts: readonly SignedAct[],
): Promise<{ skewSeconds: number; fates: Fate[] }> {
  const skewSeconds = Math.round((sentAt.getTime() - act.at.getTime()) / 1000);
  const fates = new Map<SignedAct, Fate>();
  for (const one of [...acts].sort((a, b) => a.recorded.counter - b.recorded.counter))
    fates.set(one, await takeOne(db, act, device, skewSeconds, one));
  return { skewSeconds, fates: acts.map((one) => fates.get(one) as Fate) };
}

async function takeOne(
  db: Database,
  act: Act,
  device: DeviceRow,
  skewSeconds: number,
  one: SignedAct,
): Promise<Fate> {
  const { signed, signature, recorded } = one;
  const { id, visitId } = recorded;
  if (recorded.deviceId !== device.id || !hasSigned(device, signed, signature))
    return { id, visitId, outcome: 'refused', refusal: { code: 'wrong_signature' } };
  if (device.revokedAt) return { id, visitId, outcome: 'refused', refusal: { code: 'device_revoked' } };
  const done = await perform(db, act, (tx) => once(tx, act, device, skewSeconds, one));
  if (done.ok) return done.value;
  // Written down for whoever asks; a repeat is tried anew, as what stood in its way may be gone.
  await perform(db, act, (tx) => write(tx, act, recorded, 'refused', done.refusal.code));
  return { id, visitId, outcome: 'refused', refusal: done.refusal };
}

async function once(tx: Tx, act: Act, device: DeviceRow, skewSeconds: number, one: SignedAct): Promise<Fate> {
  const { recorded } = one;
  const { id, visitId } = recorded;
  const known = await write(tx, act, recorded, 'taken', null);
  if (known) {
    if (known.deviceId !== device.id) refuse('not_yours', 'id');
    return known.outcome === 'superseded'
      ? superseded(recorded)
      : { id, visitId, outcome: 'known', refusal: null };
  }
  const [visit] = await tx.select().from(visits).where(eq(visits.id, visitId));
  if (!visit || visit.personId !== device.personId) refuse('not_found', 'visitId');
  await noteSeen(tx, act, device.id, recorded.counter);
  const outcome = await carryOut(tx, act, skewSeconds, one);
  if (outcome === 'taken') return { id, visitId, outcome, refusal: null };
  await tx.update(visitUploads).set({ outcome }).where(eq(visitUploads.id, id));
  return superseded(recorded);
}

/** Kept as evidence beside the check that stands; the code has a sentence about it. */
const superseded = ({ id, visitId }: Recorded): Fate => ({
  id,
  visitId,
  outcome: 'superseded',
  refusal: { code: 'check_superseded' },
});

async function carryOut(
  tx: Tx,
  act: Act,
  skewSeconds: number,
  { signed, signature, recorded }: SignedAct,
): Promise<'taken' | 'superseded'> {
  const { what, visitId, deviceAt, deviceId, counter } = recorded;
  if ('said' in what) {
    const { body } = await currentPolicy(tx, 'visits', act.at);
    const at = countedAt(deviceAt, skewSeconds, act.at, body);
    if (act.at.getTime() - at.getTime() > body.uploadHours * HOUR)
      refuse('too_late', 'deviceAt', { hours: body.uploadHours });
    await addNotes(tx, act, [{ visitId, said: what.said, deviceAt: at }]);
    return 'taken';
  }
  const device = { id: deviceId, counter, skewSeconds, signed, signature };
  const check: Check = { ...what.check, visitId, deviceAt, device };
  const changed = await (what.kind === 'check_in' ? checkIn : checkOut)(tx, act, [check]);
  return changed.length > 0 ? 'taken' : 'superseded';
}

/** Writes an act's fate down; returns what was written before, if it has been taken already. */
async function write(
  tx: Tx,
  act: Act,
  { id, deviceId, visitId, counter, what }: Recorded,
  outcome: 'taken' | 'refused',
  code: string | null,
) {
  const kind: UploadKind = what.kind;
  const fresh = await tx
    .insert(visitUploads)
    .values({ id, deviceId, visitId, kind, counter, outcome, code, receivedAt: act.at })
    .onConflictDoUpdate({
      target: visitUploads.id,
      set: { outcome, code, receivedAt: act.at },
      setWhere: and(eq(visitUploads.outcome, 'refused'), eq(visitUploads.deviceId, deviceId)),
    })
    .returning({ id: visitUploads.id });
  if (fresh.length > 0) return null;
  const [known] = await tx.select().from(visitUploads).where(eq(visitUploads.id, id));
  return known ?? null;
}

/** Forgets what came before an instant, at most so many; by then none of it would be taken any more. Returns how many. */
export async function forgetUploads(db: Database, before: Date, most: number): Promise<number> {
  const old = db
    .select({ id: visitUploads.id })
    .from(visitUploads)
    .where(lt(visitUploads.receivedAt, before))
    .limit(most);
  const gone = await db
    .delete(visitUploads)
    .where(inArray(visitUploads.id, old))
    .returning({ id: visitUploads.id });
  return gone.length;
}
