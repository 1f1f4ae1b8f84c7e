/**
 * The monthly batch between two cities (M2): every clearing of a month as its sender has it, totals, and a digest. Pure,
 * so that the other city can reckon the same from this file alone.
 */
import { createHash } from 'node:crypto';
import { type ClearingKind, type Currency, clearingKinds, currencies } from './rules.ts';

export interface BatchLine {
  /** The sender's own number for it. */
  number: string;
  /** The number of the other city, where the sender knows it. */
  otherNumber: string | null;
  /** RFC 3339 in UTC. */
  at: string;
  currency: Currency;
  /** As the sender sees it: `out` went to the receiver, `in` came from it. */
  direction: ClearingKind;
  /** Minutes or fen. */
  amount: number;
}

export interface BatchTotal {
  currency: Currency;
  direction: ClearingKind;
  lines: number;
  amount: number;
}

interface BatchCity {
  code: string;
  name: string;
}

export interface Batch {
  format: 'huzhu-clearing-batch';
  version: 1;
  sender: BatchCity;
  receiver: BatchCity;
  month: string;
  lines: BatchLine[];
  totals: BatchTotal[];
  /** SHA-256 of the canonical lines, hexadecimal. */
  digest: string;
}

type Head = Pick<Batch, 'month'> & { sender: { code: string }; receiver: { code: string } };

/** Totals of every currency and direction, those without a line too. */
export function totalsOf(lines: readonly BatchLine[]): BatchTotal[] {
  return currencies.flatMap((currency) =>
    clearingKinds.map((direction) => {
      const those = lines.filter((line) => line.currency === currency && line.direction === direction);
      const amount = those.reduce((sum, line) => sum + line.amount, 0);
      return { currency, direction, lines: those.length, amount };
    }),
  );
}

const byNumber = (a: BatchLine, b: BatchLine): number =>
  a.number < b.number ? -1 : a.number > b.number ? 1 : 0;

/**
 * The digest over the canonical lines: first who sends to whom and the month, then the lines in the order of their
 * numbers, each a JSON array without spaces (RFC 8785) that ends with a line feed.
 */
export function digestOf({ sender, receiver, month }: Head, lines: readonly BatchLine[]): string {
  const rows: unknown[][] = [
    ['huzhu-clearing-batch', 1, sender.code, receiver.code, month],
    ...[...lines]
      .sort(byNumber)
      .map((line) => [line.number, line.otherNumber, line.at, line.currency, line.direction, line.amount]),
  ];
  const hash = createHash('sha256');
  for (const row of rows) hash.update(`${JSON.stringify(row)}\n`);
  return hash.digest('hex');
}

/** A batch of these lines. */
export function batchOf(head: Pick<Batch, 'sender' | 'receiver' | 'month'>, lines: BatchLine[]): Batch {
  return {
    format: 'huzhu-clearing-batch',
    version: 1,
    ...head,
    lines,
    totals: totalsOf(lines),
    digest: digestOf(head, lines),
  };
}

/** Whether a batch agrees with itself: its digest and all its totals are those of its lines. */
export function isWhole(batch: Batch): boolean {
  const named = (total: BatchTotal) => `${total.currency} ${total.direction}`;
  const given = new Map(batch.totals.map((total) => [named(total), total]));
  return (
    batch.digest.toLowerCase() === digestOf(batch, batch.lines) &&
    given.size === batch.totals.length &&
    totalsOf(batch.lines).every((total) => {
      const { lines, amount } = given.get(named(total)) ?? { lines: 0, amount: 0 };
      return lines === total.lines && amount === total.amount;
    })
  );
}

export const differenceKinds = ['missing_here', 'missing_there', 'amount', 'direction', 'currency'] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** One thing in which two batches differ; `ours` and `theirs` are the lines, each as its own city sees it. */
export interface Difference {
  kind: DifferenceKind;
  ours: BatchLine | null;
  theirs: BatchLine | null;
}

/**
 * Every difference between what this city has and what the other sent, line by line. Lines belong together by the other
 * city's number for ours, else by our number for theirs; each of ours answers to one of theirs only.
 */
export function differencesOf(
  ours: readonly BatchLine[],
  theirs: readonly BatchLine[],
): { differences: Difference[]; agreed: number } {
  const open = new Map(ours.map((line) => [line.number, line]));
  const byTheirNumber = new Map(ours.flatMap((line) => (line.otherNumber ? [[line.otherNumber, line]] : [])));
  const differences: Difference[] = [];
  let agreed = 0;
  for (const their of theirs) {
    const our = [byTheirNumber.get(their.number), open.get(their.otherNumber ?? '')].find(
      (line) => line && open.has(line.number),
    );
    if (!our) {
      differences.push({ kind: 'missing_here', ours: null, theirs: their });
      continue;
    }
    open.delete(our.number);
    const kinds = differing(our, their);
    if (kinds.length === 0) agreed += 1;
    for (const kind of kinds) differences.push({ kind, ours: our, theirs: their });
  }
  for (const our of open.values()) differences.push({ kind: 'missing_there', ours: our, theirs: null });
  return { differences, agreed };
}

/** In what two lines that belong together differ; what went out here came in there. */
function differing(our: BatchLine, their: BatchLine): DifferenceKind[] {
  return [
    ...(our.currency === their.currency ? [] : (['currency'] as const)),
    ...(our.amount === their.amount ? [] : (['amount'] as const)),
    ...(our.direction === their.direction ? (['direction'] as const) : []),
  ];
}
