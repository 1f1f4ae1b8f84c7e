/** Visits and what is said or proved of them are kept by the month of their keys: from where on to look. */
import { idFloor } from '../connect/ids.ts';
import { PLANNED_AHEAD_DAYS } from './rules.ts';

const DAY = 86_400_000;

/** The least key that a visit planned to begin at an instant, or anything of it, can have. */
export const floorOf = (plannedStartAt: Date): string =>
  idFloor(new Date(plannedStartAt.getTime() - PLANNED_AHEAD_DAYS * DAY));
