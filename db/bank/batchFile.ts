/** A batch as CSV for a spreadsheet: UTF-8 with a byte order mark, a header, the lines, then totals and digest led by #. */
import type { Batch } from './batchRules.ts';
import { csvRow } from './csv.ts';

export function batchCsv({ sender, receiver, month, lines, totals, digest }: Batch): string {
  return [
    '\uFEFF',
    csvRow(['number', 'other_number', 'at', 'currency', 'direction', 'amount']),
    ...lines.map((line) =>
      csvRow([line.number, line.otherNumber, line.at, line.currency, line.direction, line.amount]),
    ),
    `# ${csvRow(['batch', sender.code, receiver.code, month])}`,
    ...totals.map((one) => `# ${csvRow(['total', one.currency, one.direction, one.lines, one.amount])}`),
    `# ${csvRow(['sha256', digest])}`,
  ].join('');
}
