/** Each step of an alert is kept, audited and announced together. */
import { writeAudit } from '../audit/audit.ts';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { record } from '../events/events.ts';
import type { alertSteps } from './rules.ts';
import { alertStepRows, type alerts } from './schema.ts';

export type AlertRow = typeof alerts.$inferSelect;

/** Writes that alerts, as they are now, have taken a step; `detailOf` says to whom, or why. */
export async function takeStep(
  tx: Tx,
  act: Act,
  rows: readonly AlertRow[],
  step: (typeof alertSteps)[number],
  detailOf: (alert: AlertRow) => string | null,
): Promise<void> {
  if (rows.length === 0) return;
  await insertRows(
    tx,
    alertStepRows,
    rows.map((alert) => ({
      id: newId(act.at),
      alertId: alert.id,
      step,
      at: act.at,
      actorId: act.actorId,
      detail: detailOf(alert),
    })),
  );
  await writeAudit(
    tx,
    act,
    rows.map((alert) => ({
      action: `alert.${step}`,
      recordId: alert.id,
      reason: detailOf(alert),
      detail: { kind: alert.kind, order: alert.orderId },
    })),
  );
  await record(
    tx,
    act,
    rows.map((alert) => ({
      kind: 'alert' as const,
      recordId: alert.id,
      personIds: [],
      detail: {
        state: alert.state,
        kind: alert.kind,
        area: alert.areaCode,
        district: alert.districtCode,
        provider: alert.providerId,
      },
    })),
  );
}
