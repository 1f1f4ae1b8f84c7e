/** Writing the audit book. */
import type { Act, By } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { audit } from './schema.ts';

export interface AuditRow {
  action: string;
  personId?: string | null;
  recordId?: string | null;
  reason?: string | null;
  detail?: Record<string, string | number | boolean | null>;
  /** Whose act it was, where several persons' acts are written together. */
  by?: By;
}

/** Appends what was done or looked at, by whom and for whom. */
export async function writeAudit(tx: Database | Tx, act: Act, rows: readonly AuditRow[]): Promise<void> {
  if (rows.length === 0) return;
  await insertRows(
    tx,
    audit,
    rows.map(({ by = act, ...row }) => ({
      id: newId(act.at),
      at: act.at,
      actorId: by.actorId,
      actorRole: by.role,
      onBehalfOf: by.onBehalfOf,
      action: row.action,
      personId: row.personId ?? null,
      recordId: row.recordId ?? null,
      reason: row.reason ?? null,
      detail: row.detail ?? null,
    })),
  );
}
