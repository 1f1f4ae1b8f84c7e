/** The statement as a file for a spreadsheet: UTF-8 with BOM, stable column names, minutes or fen as they are. */
import type { Statement, StatementLine } from './statement.ts';

const columns = [
  'at',
  'direction',
  'amount',
  'currency',
  'balance_after',
  'their_number',
  'our_number',
  'holder',
  'cause',
  'reason',
] as const;

/** Text that a spreadsheet would take for a formula is led by an apostrophe. */
function field(value: string | number | null | undefined): string {
  if (typeof value !== 'string') return String(value ?? '');
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Opening, every line, closing. */
export function statementCsv(statement: Statement, lines: readonly StatementLine[]): string {
  const edge = (name: string, balance: number) => [name, '', '', statement.currency, balance];
  const rows = [
    columns,
    edge('opening', statement.opening),
    ...lines.map(({ at, amount, balanceAfter, cause, clearing, transferId }) => [
      at,
      amount > 0 ? 'out' : 'in',
      Math.abs(amount),
      statement.currency,
      balanceAfter,
      clearing?.reference,
      clearing?.id ?? transferId,
      clearing?.holder.name,
      cause,
      clearing?.reason,
    ]),
    edge('closing', statement.closing),
  ];
  return `\uFEFF${rows.map((row) => row.map(field).join(',')).join('\r\n')}\r\n`;
}
