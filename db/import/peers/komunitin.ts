/**
 * Komunitin. `accounts.csv` and `transfers.csv` of an exchange write amounts as decimals of the exchange's own
 * currency, so that what a unit is worth must be said. Only committed transfers have moved anything; the other side of
 * one with another exchange is an account that `accounts.csv` does not list.
 */
import { Fault, needed, open, optional } from '../columns.ts';
import { code, text } from '../readers.ts';
import { instant } from './instant.ts';
import type { AnyForm, Peer, TransferForm } from './peer.ts';
import { above, type Span, units } from './span.ts';

type TransferRow = {
  state: string;
  amount: Span;
  created: Date | null;
  updated: Date | null;
  payer: string;
  payee: string;
};

const states = ['new', 'pending', 'accepted', 'rejected', 'submitted', 'failed', 'committed', 'deleted'];

const state = (value: string): string | Fault =>
  states.includes(value.toLowerCase())
    ? value.toLowerCase()
    : new Fault(`应为以下之一：${states.join('、')}`, `one of: ${states.join(', ')}`);

/** Komunitin with a currency whose unit is worth so many nanoseconds. */
export function komunitin(unit: Span): Peer {
  const transfers: TransferForm<TransferRow> = {
    columns: {
      state: needed('状态', 'state', state),
      amount: open(needed('数额', 'amount', above(units(unit)))),
      created: optional('创建时间', 'created', instant),
      updated: optional('更新时间', 'updated', instant),
      payer: open(needed('付出方', 'payer.code', code)),
      payee: open(needed('收入方', 'payee.code', code)),
    },
    once: [],
    hasOthers: true,
    moveOf: (row) => ({
      from: row.payer,
      to: row.payee,
      amount: row.amount,
      at: row.updated ?? row.created,
      isSettled: row.state === 'committed',
    }),
  };
  return {
    name: 'komunitin',
    title: 'Komunitin',
    members: {
      account: open(needed('账号', 'code', code)),
      name: optional('账户标识', 'id', text(100)),
      balance: open(needed('余额', 'balance', units(unit))),
    },
    transfers: [transfers] as unknown as AnyForm[],
    needsTransfers: true,
  };
}
