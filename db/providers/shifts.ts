/** Carers' weekly shifts, kept by their provider. */
import { asc, eq } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { tidyWeek, type Window } from '../availability/rules.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { shifts } from './schema.ts';

/** A carer's shifts in the order of the week. */
export function shiftsOf(db: Database | Tx, carerId: string): Promise<Window[]> {
  return db
    .select({ weekday: shifts.weekday, startMinute: shifts.startMinute, endMinute: shifts.endMinute })
    .from(shifts)
    .where(eq(shifts.carerId, carerId))
    .orderBy(asc(shifts.weekday), asc(shifts.startMinute));
}

/** Replaces a carer's shifts; visits that are promised already stay. Refuses shifts without length. */
export async function setShifts(
  tx: Tx,
  act: Act,
  carerId: string,
  windows: readonly Window[],
): Promise<Window[]> {
  const week = tidyWeek(windows) ?? refuse('invalid', 'shifts');
  await tx.delete(shifts).where(eq(shifts.carerId, carerId));
  if (week.length > 0) await tx.insert(shifts).values(week.map((window) => ({ carerId, ...window })));
  await writeAudit(tx, act, [{ action: 'carer.shifts', personId: carerId, detail: { shifts: week.length } }]);
  return week;
}
