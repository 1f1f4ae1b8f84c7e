/** What belongs to an order in the books that are kept by month: made between its booking and its last change. */
import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { idFloor } from '../connect/ids.ts';

export interface OrderTimes {
  id: string;
  createdAt: Date;
  updatedAt: Date;
}

/** Keys carry milliseconds, and of one millisecond several are made. */
const MARGIN_MS = 1_000;

/** The values of `madeDuring` for an order. */
export const keysDuring = ({ createdAt, updatedAt }: OrderTimes) => ({
  since: idFloor(new Date(createdAt.getTime() - MARGIN_MS)),
  until: idFloor(new Date(updatedAt.getTime() + MARGIN_MS)),
});

/** A key from `since` on and before `until`, so that only the months of the order are looked at. */
export const madeDuring = (id: PgColumn): SQL =>
  sql`${id} >= ${sql.placeholder('since')} and ${id} < ${sql.placeholder('until')}`;
