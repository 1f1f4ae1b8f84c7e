/** The phones of those who visit: each signs what it records with a key that never leaves it (S9). */
import { createPublicKey, verify } from 'node:crypto';
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { devices } from './schema.ts';

export type DeviceRow = typeof devices.$inferSelect;

export interface NewDevice {
  /** The phone's own. */
  id: string;
  personId: string;
  /** ECDSA P-256, SubjectPublicKeyInfo. */
  publicKey: Buffer;
  label: string;
}

const MOST = 20;

function expectKey(publicKey: Buffer): void {
  try {
    const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return;
  } catch {
    // Bytes that are no key are refused like a key of another kind.
  }
  refuse('invalid', 'publicKey');
}

/**
 * Makes a phone known; the same phone with the same key again changes nothing. Refuses a key of another kind, another
 * person's phone, another key under a known id, and a phone that was revoked.
 */
export async function registerDevice(tx: Tx, act: Act, device: NewDevice): Promise<DeviceRow> {
  expectKey(device.publicKey);
  const made = await tx
    .insert(devices)
    .values({ ...device, registeredAt: act.at, lastSeenAt: act.at })
    .onConflictDoNothing()
    .returning();
  if (made[0]) {
    const detail = { device: device.id };
    await writeAudit(tx, act, [{ action: 'device.registered', personId: device.personId, detail }]);
    return made[0];
  }
  const [known] = await tx.select().from(devices).where(eq(devices.id, device.id));
  if (!known || known.personId !== device.personId) refuse('not_yours', 'id');
  if (known.revokedAt) refuse('device_revoked', 'id');
  if (!Buffer.from(known.publicKey).equals(device.publicKey)) refuse('not_yours', 'publicKey');
  return known;
}

/** The phone of a person by its id, also one that is revoked; refuses one that is unknown or somebody else's. */
export async function deviceOf(db: Database | Tx, personId: string, id: string): Promise<DeviceRow> {
  const [device] = await db
    .select()
    .from(devices)
    .where(and(eq(devices.id, id), eq(devices.personId, personId)));
  if (!device) refuse('not_found', 'deviceId');
  return device;
}

/** A person's phones, the last seen first. */
export function devicesOf(db: Database, personId: string): Promise<DeviceRow[]> {
  return db
    .select()
    .from(devices)
    .where(eq(devices.personId, personId))
    .orderBy(desc(devices.lastSeenAt))
    .limit(MOST);
}

/** A lost phone: what it signs is not taken any more. */
export async function revokeDevice(tx: Tx, act: Act, personId: string, id: string): Promise<void> {
  const done = await tx
    .update(devices)
    .set({ revokedAt: act.at })
    .where(and(eq(devices.id, id), eq(devices.personId, personId), isNull(devices.revokedAt)))
    .returning({ id: devices.id });
  if (done.length === 0) refuse('not_found', 'id');
  await writeAudit(tx, act, [{ action: 'device.revoked', personId, detail: { device: id } }]);
}

/** Notes that a phone was heard of, and how many acts it had recorded. */
export async function noteSeen(tx: Tx, act: Act, id: string, counter: number): Promise<void> {
  await tx
    .update(devices)
    .set({ lastSeenAt: act.at, lastCounter: sql`greatest(${devices.lastCounter}, ${counter})` })
    .where(eq(devices.id, id));
}

/** Whether a phone has signed exactly this text (ECDSA with SHA-256, the two numbers one after the other). */
export function hasSigned(device: DeviceRow, signed: string, signature: Buffer): boolean {
  const key = createPublicKey({ key: Buffer.from(device.publicKey), format: 'der', type: 'spki' });
  return verify('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, signature);
}
