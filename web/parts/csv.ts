/** Figures as a file for a spreadsheet: UTF-8 with BOM, a header, one row a line. */

type Cell = string | number | boolean | null;

/** A cell that a spreadsheet neither splits nor runs as a formula. */
function cellOf(value: Cell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The header and the rows as CSV (RFC 4180). */
export function csvText(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `\uFEFF${[header, ...rows].map((row) => row.map(cellOf).join(',')).join('\r\n')}\r\n`;
}
