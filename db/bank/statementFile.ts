/**
 * A statement as a file: CSV whose last line signs every byte before it (C21), or a spreadsheet. All of it is read as of
 * one instant, piece by piece.
 */
import { sql } from 'drizzle-orm';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { csvRow as row } from './csv.ts';
import { accountFacts, totalsByCause } from './history.ts';
import { signBytes } from './signing.ts';
import { statementHead, statementLines } from './statement.ts';
import { rowOf, type StatementContent, type StatementFileRequest } from './statementContent.ts';
import type { StatementLine, StatementReader } from './statementLines.ts';
import { spreadsheet } from './statementSheet.ts';
import { columns } from './statementWords.ts';

/** No file has more entries. */
export const MOST_FILE_ROWS = 50_000;
const PIECE = 2000;

/**
 * The bytes of a statement; null where there are more than 50,000 entries. Has to be the first thing that its
 * transaction does.
 */
export async function statementFile(
  tx: Tx,
  act: Act,
  request: StatementFileRequest,
  reader: StatementReader,
): Promise<{ bytes: Uint8Array } | null> {
  await tx.execute(sql`set transaction isolation level repeatable read`);
  const { period, cause } = request;
  const account = await accountFacts(tx, request.accountId);
  if (!account) return null;
  const totals = await totalsByCause(tx, account, period.from, period.until);
  const wanted = totals.filter((total) => cause === null || total.cause === cause);
  if (wanted.reduce((sum, total) => sum + total.entries, 0) > MOST_FILE_ROWS) return null;
  const head = await statementHead(tx, account, period, totals, reader);
  const lines: StatementLine[] = [];
  for await (const piece of statementLines(tx, account, period, cause, reader, PIECE)) lines.push(...piece);
  const content: StatementContent = { ...request, head, lines, takenAt: act.at };
  return {
    bytes: request.format === 'xlsx' ? await spreadsheet(content) : await signedCsv(tx, act, content),
  };
}

/** The file before its last line: a header, the entries oldest first, and what frames them as lines that begin with #. */
function csv(content: StatementContent): string {
  const { head, lines, period, takenAt } = content;
  const sum = (way: 'in' | 'out') => head.totals.reduce((total, one) => total + one[way], 0);
  const frame: (string | number | null)[][] = [
    ['account', head.account.id, head.account.kind, head.account.currency, head.account.ownerName],
    ['period', content.fromDay, content.toDay, period.from.toISOString(), period.until.toISOString()],
    ...(content.cause ? [['cause', content.cause]] : []),
    ['opening', head.opening],
    ['in', sum('in')],
    ['out', sum('out')],
    ['closing', head.closing],
    ['held', head.heldNow, takenAt.toISOString()],
    ...(head.head ? [['head', head.head.size, head.head.root, head.head.at.toISOString()]] : []),
  ];
  return [
    '\uFEFF',
    row(columns),
    ...lines.map((line) => {
      const values = rowOf(line, content);
      return row(columns.map((column) => values[column]));
    }),
    ...frame.map(([name, ...values]) => `# ${row([name as string, ...values])}`),
  ].join('');
}

async function signedCsv(tx: Tx, act: Act, content: StatementContent): Promise<Uint8Array> {
  const body = Buffer.from(csv(content), 'utf8');
  const { keyId, signature } = await signBytes(tx, act, body);
  return Buffer.concat([body, Buffer.from(`# huzhu-statement,v1,${keyId},${signature}\r\n`, 'utf8')]);
}
