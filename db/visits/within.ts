/** Which corrections of visits lie within reach: those of a provider, of a district, or all. */
import { eq, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Reach } from '../connect/reach.ts';

/** The condition on rows that name the visit's provider and district; undefined where every row is within reach. */
export function withinReach(
  reach: Reach,
  { providerId, districtCode }: { providerId: PgColumn; districtCode: PgColumn },
): SQL | undefined {
  if (reach.kind === 'provider') return eq(providerId, reach.providerId);
  if (reach.kind === 'area')
    return reach.areaCode.length >= 6 ? eq(districtCode, reach.areaCode.slice(0, 6)) : undefined;
  return reach.kind === 'all' ? undefined : sql`false`;
}
