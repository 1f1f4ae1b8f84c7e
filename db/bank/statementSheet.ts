/** A statement as a spreadsheet, with its heads in the language asked for and times as Asia/Shanghai shows them. */
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import { rowOf, type StatementContent } from './statementContent.ts';
import { type Column, columns, fileWords } from './statementWords.ts';

const SHANGHAI_MS = 8 * 3_600_000;
const WIDTHS: Partial<Record<Column, number>> = {
  transfer_id: 38,
  order_id: 38,
  at: 20,
  cause_text: 24,
  counterparty: 18,
  words: 40,
};
const USUAL_WIDTH = 14;

/** The bytes of an .xlsx file. */
export async function spreadsheet(content: StatementContent): Promise<Uint8Array> {
  const { head, lines, language } = content;
  const words = fileWords[language];
  const bold = (value: string) => ({ value, fontWeight: 'bold' as const });
  const data: SheetData = [
    [bold(words.title)],
    [bold(words.account), head.account.ownerName ?? head.account.kind, head.account.id],
    [bold(words.period), `${content.fromDay} – ${content.toDay}`],
    [bold(words.opening), head.opening, words.currencies[head.account.currency]],
    [bold(words.closing), head.closing, words.currencies[head.account.currency]],
    [bold(words.held), head.heldNow, words.currencies[head.account.currency]],
    ...(head.head ? [[bold(words.head), head.head.size, head.head.root]] : []),
    [],
    columns.map((column) => bold(words.columns[column])),
    ...lines.map((line) => {
      const values = rowOf(line, content);
      return columns.map((column) => {
        if (column === 'at')
          return { value: new Date(line.at.getTime() + SHANGHAI_MS), format: 'yyyy-mm-dd hh:mm:ss' };
        if (column === 'currency') return words.currencies[head.account.currency];
        if (column === 'reversed') return line.reversed ? words.reversed : null;
        return values[column];
      });
    }),
  ];
  const widths = columns.map((column) => ({ width: WIDTHS[column] ?? USUAL_WIDTH }));
  return writeXlsxFile(data, { columns: widths, sheet: words.title }).toBuffer();
}
