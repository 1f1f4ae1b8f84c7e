/** Rows of CSV (RFC 4180) that a spreadsheet may open without harm. */

type Field = string | number | boolean | null;

/** A field of CSV: text that a spreadsheet would take for a formula is led by an apostrophe. */
function field(value: Field): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One row with its end of line. */
export const csvRow = (values: readonly Field[]): string => `${values.map(field).join(',')}\r\n`;
