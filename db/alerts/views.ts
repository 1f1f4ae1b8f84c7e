/** Alerts as desks, providers and the regulator read them, newest first; narrowed by the reader's reach. */
import { and, desc, eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { inDivision } from '../connect/division.ts';
import type { Reach } from '../connect/reach.ts';
import type { AlertState } from './rules.ts';
import { alertStepRows, alerts } from './schema.ts';

function alertsWithin(reach: Reach): SQL | undefined {
  switch (reach.kind) {
    case 'all':
      return undefined;
    case 'area':
      return inDivision(alerts, reach.areaCode);
    case 'provider':
      return eq(alerts.providerId, reach.providerId);
    default:
      return sql`false`;
  }
}

export interface AlertSearch {
  state?: AlertState;
  id?: string;
  /** Older than this one. */
  before?: string | null;
}

/** At most `limit` alerts within reach, each with its steps in order. */
export async function listAlerts(db: Database | Tx, reach: Reach, search: AlertSearch, limit: number) {
  const rows = await db
    .select()
    .from(alerts)
    .where(
      and(
        alertsWithin(reach),
        search.state ? eq(alerts.state, search.state) : undefined,
        search.id ? eq(alerts.id, search.id) : undefined,
        search.before ? lt(alerts.id, search.before) : undefined,
      ),
    )
    .orderBy(desc(alerts.id))
    .limit(limit);
  const ids = rows.map((row) => row.id);
  const steps = ids.length
    ? await db
        .select()
        .from(alertStepRows)
        .where(inArray(alertStepRows.alertId, ids))
        .orderBy(alertStepRows.position)
    : [];
  return rows.map(({ id, kind, state, owner, orderId, visitId, districtCode, raisedAt }) => ({
    id,
    kind,
    state,
    owner,
    orderId,
    visitId,
    districtCode,
    raisedAt,
    steps: steps
      .filter(({ alertId }) => alertId === id)
      .map(({ step, at, detail }) => ({ step, at, detail })),
  }));
}
