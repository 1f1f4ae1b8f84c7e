/** What lies in a division: found by the district first, where the division is one or lies in one. */
import { and, type Column, eq, inArray, like, type SQL, sql } from 'drizzle-orm';
import type { Reach } from './reach.ts';

const DISTRICT_CODE_LENGTH = 6;

type Field = Column | SQL;

interface Placed {
  areaCode: Field;
  /** Left out where the record's book does not keep it. */
  districtCode?: Field;
}

/** The condition that a record with these columns lies in a division. */
export function inDivision({ areaCode, districtCode }: Placed, divisionCode: string): SQL | undefined {
  return and(
    like(areaCode, `${divisionCode}%`),
    districtCode && divisionCode.length >= DISTRICT_CODE_LENGTH
      ? sql`${districtCode} = ${divisionCode.slice(0, DISTRICT_CODE_LENGTH)}`
      : undefined,
  );
}

/**
 * The condition that what an elder and a provider have with each other lies within a reach: the elder's side, the provider,
 * and the desks of the division see it, whoever only serves does not.
 */
export function careWithin(
  record: Placed & { elderId: Column; providerId: Column },
  reach: Reach,
): SQL | undefined {
  switch (reach.kind) {
    case 'all':
      return undefined;
    case 'area':
      return inDivision(record, reach.areaCode);
    case 'elders':
      return inArray(record.elderId, [...reach.elderIds]);
    case 'provider':
      return eq(record.providerId, reach.providerId);
    case 'assignee':
      return sql`false`;
  }
}
