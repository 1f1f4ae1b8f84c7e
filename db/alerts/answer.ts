/** What becomes of an alert: acknowledged or resolved by a person, ended with its cause, or gone to the next owner. */
import { asc, inArray, sql } from 'drizzle-orm';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { currentPolicy } from '../services/policies.ts';
import { deskKey, ownersOf } from './owners.ts';
import { escalateMinutes, nextOwner } from './rules.ts';
import { alerts } from './schema.ts';
import { type AlertRow, takeStep } from './steps.ts';

async function lockAlert(tx: Tx, id: string): Promise<AlertRow> {
  const [alert] = await tx
    .select()
    .from(alerts)
    .where(inArray(alerts.id, [id]))
    .for('update');
  return alert ?? refuse('not_found', 'id');
}

/** Somebody sees to it, and owns it from then on: it goes to nobody else. Refuses with `already_done` what is no longer open. */
export async function acknowledgeAlert(tx: Tx, act: Act, id: string): Promise<void> {
  const alert = await lockAlert(tx, id);
  if (alert.state !== 'open') refuse('already_done', 'state', { state: alert.state });
  const rows = await tx
    .update(alerts)
    .set({ state: 'acknowledged', acknowledgedAt: act.at, escalateAt: null, ownerUserId: act.actorId })
    .where(inArray(alerts.id, [id]))
    .returning();
  await takeStep(tx, act, rows, 'acknowledged', () => null);
}

/** Ends an alert by hand, saying why. Refuses with `already_done` one that is resolved. */
export async function resolveAlert(tx: Tx, act: Act, id: string, reason: string): Promise<void> {
  const alert = await lockAlert(tx, id);
  if (alert.state === 'resolved') refuse('already_done', 'state', { state: alert.state });
  await resolve(tx, act, [id], () => reason);
}

async function resolve(tx: Tx, act: Act, ids: readonly string[], reasonOf: (alert: AlertRow) => string) {
  const rows = await tx
    .update(alerts)
    .set({ state: 'resolved', resolvedAt: act.at, escalateAt: null })
    .where(inArray(alerts.id, [...ids]))
    .returning();
  await takeStep(tx, act, rows, 'resolved', reasonOf);
}

/**
 * Alerts whose cause has ended, with the state that ended it. A missed visit is made good when the order is taken anew;
 * one that was left unserved waits for a person.
 */
export function endedAlerts(tx: Tx, limit: number, except: readonly string[]) {
  return tx.execute<{ id: string; state: string }>(sql`
    select a.id, case when a.kind in ('late', 'no_check_out') then v.state else o.state end as state
    from alerts a left join visits v on v.id = a.visit_id join orders o on o.id = a.order_id
    where a.state <> 'resolved'
      and case a.kind when 'late' then v.state <> 'planned' when 'no_check_out' then v.state <> 'started'
        when 'dispute_open' then o.state <> 'disputed'
        when 'unassigned' then o.state not in ('requested', 'offered')
        else o.state not in ('requested', 'offered', 'unserved') end
      and not (a.id = any(array(select jsonb_array_elements_text(${JSON.stringify(except)}::jsonb)::uuid)))
    order by a.id limit ${limit} for update of a skip locked`);
}

/** Resolves what `endedAlerts` found. */
export async function resolveEnded(tx: Tx, act: Act, ended: readonly { id: string; state: string }[]) {
  const states = new Map(ended.map(({ id, state }) => [id, state]));
  await resolve(tx, act, [...states.keys()], (alert) => states.get(alert.id) as string);
  return ended.length;
}

/** Alerts that nobody has acknowledged in time. */
export function unacknowledged(tx: Tx, at: Date, limit: number, except: readonly string[]) {
  return tx
    .select()
    .from(alerts)
    .where(
      sql`${alerts.escalateAt} <= ${at.toISOString()}::timestamptz and not (${alerts.id} = any(array(
        select jsonb_array_elements_text(${JSON.stringify(except)}::jsonb)::uuid)))`,
    )
    .orderBy(asc(alerts.escalateAt))
    .limit(limit)
    .for('update', { skipLocked: true });
}

/** Hands locked alerts to their next owners: the desk of the city, then the regulator. */
export async function escalate(tx: Tx, act: Act, late: readonly AlertRow[]): Promise<number> {
  const { body } = await currentPolicy(tx, 'orders', act.at);
  const handed = late.flatMap((alert) => {
    const owner = nextOwner(alert.owner);
    return owner ? [{ alert, owner, districtCode: alert.districtCode }] : [];
  });
  const users = await ownersOf(tx, handed);
  const changes = handed.map((one) => ({
    id: one.alert.id,
    owner: one.owner,
    user: users.get(deskKey(one)) ?? null,
    at: nextOwner(one.owner)
      ? new Date(act.at.getTime() + escalateMinutes(one.alert.kind, body) * 60_000)
      : null,
  }));
  await tx.execute(sql`
    update alerts a set owner = m.owner, owner_user_id = m."user", escalate_at = m.at
    from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as m(id uuid, owner text, "user" text, at timestamptz)
    where a.id = m.id`);
  const now = new Map(changes.map((change) => [change.id, change.owner]));
  await takeStep(
    tx,
    act,
    handed.map(({ alert }) => alert),
    'escalated',
    (alert) => now.get(alert.id) ?? null,
  );
  return late.length;
}
