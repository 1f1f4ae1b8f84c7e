/** What a statement's file says, in whatever format. */
import type { Cause } from './rules.ts';
import type { Period, StatementHead } from './statement.ts';
import type { StatementLine } from './statementLines.ts';
import { type Column, causeText, type FileLanguage } from './statementWords.ts';

export interface StatementFileRequest {
  accountId: string;
  /** The first and the last day, `YYYY-MM-DD`, and the instants between which they lie. */
  fromDay: string;
  toDay: string;
  period: Period;
  cause: Cause | null;
  format: 'csv' | 'xlsx';
  language: FileLanguage;
}

/** Everything that a file says. */
export interface StatementContent extends StatementFileRequest {
  head: StatementHead;
  lines: StatementLine[];
  takenAt: Date;
}

/** One entry by columns; times in UTC. */
export function rowOf(
  line: StatementLine,
  { head, language }: Pick<StatementContent, 'head' | 'language'>,
): Record<Column, string | number | boolean | null> {
  return {
    transfer_id: line.id,
    order_id: line.orderId,
    at: line.at.toISOString(),
    cause: line.cause,
    cause_text: causeText(line.cause, line.amount, language),
    amount: line.amount,
    currency: head.account.currency,
    balance_after: line.balanceAfter,
    counterparty_kind: line.counterparty.kind,
    counterparty: line.counterparty.name,
    order_number: line.orderNumber,
    service_code: line.serviceCode,
    words: line.words,
    reversed: line.reversed,
  };
}
