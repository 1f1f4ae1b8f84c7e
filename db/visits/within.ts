/** Which corrections of visits lie within reach: those of a provider, of a division, or all. */
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Reach } from '../connect/reach.ts';

/** A district's code is as long; a street's and a community's are longer. */
const DISTRICT_DIGITS = 6;

/** The condition on rows that name their visit, its provider and its district; undefined where all are within reach. */
export function withinReach(
  reach: Reach,
  row: { visitId: PgColumn; providerId: PgColumn; districtCode: PgColumn },
): SQL | undefined {
  if (reach.kind === 'provider') return eq(row.providerId, reach.providerId);
  if (reach.kind === 'all') return undefined;
  if (reach.kind !== 'area') return sql`false`;
  const { areaCode } = reach;
  if (areaCode.length < DISTRICT_DIGITS) return undefined;
  const inDistrict = eq(row.districtCode, areaCode.slice(0, DISTRICT_DIGITS));
  if (areaCode.length === DISTRICT_DIGITS) return inDistrict;
  return and(
    inDistrict,
    sql`exists (select from visits v join orders o on o.id = v.order_id
      where v.id = ${row.visitId} and o.area_code like ${`${areaCode}%`})`,
  );
}
