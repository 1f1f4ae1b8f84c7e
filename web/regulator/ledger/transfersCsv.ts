/** Transfers as a file for a spreadsheet, as they are shown: minutes or fen, names masked. */
import { csvText } from '../../parts/csv.ts';
import type { Transfer } from './words.ts';

const columns = [
  'transfer_id',
  'at',
  'cause',
  'cause_id',
  'order_number',
  'currency',
  'amount',
  'debit_account_id',
  'debit_kind',
  'debit_name',
  'credit_account_id',
  'credit_kind',
  'credit_name',
  'author',
  'reversed',
] as const;

export function transfersCsv(transfers: readonly Transfer[]): string {
  const sideOf = ({ accountId, kind, code, name }: Transfer['debit']) => [accountId, kind, name ?? code];
  return csvText(
    columns,
    transfers.map((one) => [
      one.id,
      one.at,
      one.cause,
      one.causeId,
      one.orderNumber,
      one.currency,
      one.amount,
      ...sideOf(one.debit),
      ...sideOf(one.credit),
      one.author,
      one.reversed ? 1 : 0,
    ]),
  );
}
