/** Certificates of helpers: recorded by who has seen them, revoked with a reason, never edited. */
import { and, asc, desc, eq, isNull } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { seal, unseal } from '../connect/seal.ts';
import { certificates } from './schema.ts';

export interface CertificateInput {
  personId: string;
  kind: string;
  number: string;
  /** `YYYY-MM-DD`, the first and the last day. */
  validFrom: string;
  validUntil: string;
}

export interface CertificateView extends CertificateInput {
  id: string;
  revokedAt: Date | null;
  revokedReason: string | null;
}

/** A person has no more than this. */
const MOST = 50;
const LEAST_REASON = 4;

/** Records certificates; refuses one that ends before it begins. Returns their ids. */
export async function recordCertificates(
  tx: Tx,
  act: Act,
  items: readonly CertificateInput[],
): Promise<string[]> {
  if (items.some((item) => item.validUntil < item.validFrom)) refuse('invalid', 'validUntil');
  const rows = items.map(({ number, ...item }) => ({
    id: newId(act.at),
    ...item,
    numberSealed: seal(number),
    recordedBy: act.actorId,
    recordedAt: act.at,
  }));
  await insertRows(tx, certificates, rows);
  await writeAudit(
    tx,
    act,
    rows.map((row) => ({
      action: 'certificate.recorded',
      personId: row.personId,
      recordId: row.id,
      detail: { kind: row.kind, until: row.validUntil },
    })),
  );
  return rows.map((row) => row.id);
}

/** Revokes a certificate with a reason of at least 4 characters; refuses one that is revoked. */
export async function revokeCertificate(tx: Tx, act: Act, id: string, reason: string): Promise<void> {
  if (reason.trim().length < LEAST_REASON) refuse('reason_needed', 'reason', { min: LEAST_REASON });
  const [revoked] = await tx
    .update(certificates)
    .set({ revokedAt: act.at, revokedReason: reason.trim() })
    .where(and(eq(certificates.id, id), isNull(certificates.revokedAt)))
    .returning({ personId: certificates.personId });
  if (!revoked) refuse('already_done', 'id');
  await writeAudit(tx, act, [
    { action: 'certificate.revoked', personId: revoked.personId, recordId: id, reason: reason.trim() },
  ]);
}

/** Whose certificate it is; refuses with `not_found`. */
export async function certifiedPerson(tx: Tx, id: string): Promise<string> {
  const [row] = await tx
    .select({ personId: certificates.personId })
    .from(certificates)
    .where(eq(certificates.id, id));
  return row?.personId ?? refuse('not_found', 'id');
}

/** A person's certificates, those in force first, the one that lasts longest first. */
export async function certificatesOf(db: Database | Tx, personId: string): Promise<CertificateView[]> {
  const rows = await db
    .select()
    .from(certificates)
    .where(eq(certificates.personId, personId))
    .orderBy(desc(isNull(certificates.revokedAt)), desc(certificates.validUntil), asc(certificates.id))
    .limit(MOST);
  return rows.map((row) => ({
    id: row.id,
    personId: row.personId,
    kind: row.kind,
    number: unseal(row.numberSealed),
    validFrom: row.validFrom,
    validUntil: row.validUntil,
    revokedAt: row.revokedAt,
    revokedReason: row.revokedReason,
  }));
}
