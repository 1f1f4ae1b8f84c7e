/** What lies in a division: found by the district first, where the division is one or lies in one. */
import { and, type Column, eq, like, type SQL } from 'drizzle-orm';

const DISTRICT_CODE_LENGTH = 6;

/** The condition that a record with these columns lies in a division. */
export function inDivision(
  record: { areaCode: Column; districtCode: Column },
  divisionCode: string,
): SQL | undefined {
  return and(
    like(record.areaCode, `${divisionCode}%`),
    divisionCode.length >= DISTRICT_CODE_LENGTH
      ? eq(record.districtCode, divisionCode.slice(0, DISTRICT_CODE_LENGTH))
      : undefined,
  );
}
