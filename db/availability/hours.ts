/** When a volunteer can come, weekly. */
import { asc, eq } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { tidyWeek, type Window } from './rules.ts';
import { volunteerHours } from './schema.ts';

/** A volunteer's windows in the order of the week; none: always. */
export function hoursOf(db: Database | Tx, personId: string): Promise<Window[]> {
  return db
    .select({
      weekday: volunteerHours.weekday,
      startMinute: volunteerHours.startMinute,
      endMinute: volunteerHours.endMinute,
    })
    .from(volunteerHours)
    .where(eq(volunteerHours.personId, personId))
    .orderBy(asc(volunteerHours.weekday), asc(volunteerHours.startMinute));
}

/** Replaces a volunteer's windows; visits that are promised already stay. Refuses windows without length. */
export async function setHours(
  tx: Tx,
  act: Act,
  personId: string,
  windows: readonly Window[],
): Promise<Window[]> {
  const week = tidyWeek(windows) ?? refuse('invalid', 'hours');
  await tx.delete(volunteerHours).where(eq(volunteerHours.personId, personId));
  if (week.length > 0)
    await tx.insert(volunteerHours).values(week.map((window) => ({ personId, ...window })));
  await writeAudit(tx, act, [{ action: 'volunteer.hours', personId, detail: { windows: week.length } }]);
  return week;
}
