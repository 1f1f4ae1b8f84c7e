/** Visits and what is said or proved of them are kept by the month of their keys: from where on to look. */
import { idFloor } from '../connect/ids.ts';
import { PLANNED_AHEAD_DAYS } from './rules.ts';

const DAY = 86_400_000;

/** The least key that a visit planned to begin at an instant, or anything of it, can have. */
export const floorOf = (plannedStartAt: Date): string =>
  idFloor(new Date(plannedStartAt.getTime() - PLANNED_AHEAD_DAYS * DAY));

/** An order is asked for until its day is over: whoever accepts late gets a visit that is planned before its key. */
const ACCEPTED_LATE_DAYS = 2;

/** Greater than the key of any visit that is planned to begin before an instant. */
export const ceilingOf = (plannedStartAt: Date): string =>
  idFloor(new Date(plannedStartAt.getTime() + ACCEPTED_LATE_DAYS * DAY));
