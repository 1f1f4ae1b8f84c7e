/**
 * hOurworld (Time and Talents) and Community Weaver: spreadsheets that coordinators save as CSV, in hours, under
 * headers that differ from bank to bank. What was earned and spent proves a balance; a list of exchanges proves it
 * better.
 */
import { needed, open, optional } from '../columns.ts';
import { code, text } from '../readers.ts';
import { instant } from './instant.ts';
import type { AnyForm, Peer, TransferForm } from './peer.ts';
import { above, hours, type Span } from './span.ts';

type ExchangeRow = { provider: string; receiver: string; amount: Span; at: Date | null };

const exchanges: TransferForm<ExchangeRow> = {
  columns: {
    provider: needed('服务方', 'provider', text(200), [
      'service provider',
      'provided by',
      'giver',
      'earner',
      'seller',
      'provider name',
    ]),
    receiver: needed('接受方', 'receiver', text(200), [
      'recipient',
      'service recipient',
      'received by',
      'spender',
      'buyer',
      'receiver name',
      'recipient name',
    ]),
    amount: open(
      needed('小时', 'hours', above(hours), [
        'amount',
        'hours exchanged',
        'number of hours',
        'time dollars',
        'credits',
      ]),
    ),
    at: optional('日期', 'date', instant, [
      'exchange date',
      'service date',
      'date of service',
      'transaction date',
    ]),
  },
  once: [],
  hasOthers: true,
  moveOf: (row) => ({
    from: row.receiver,
    to: row.provider,
    amount: row.amount,
    at: row.at,
    isSettled: true,
  }),
};

export const hourworld: Peer = {
  name: 'hourworld',
  title: 'hOurworld / Community Weaver',
  members: {
    account: open(
      optional('会员号', 'member number', code, [
        'member id',
        'member no',
        'member #',
        'account',
        'account number',
        'user id',
        'uid',
        'id',
      ]),
    ),
    name: needed('会员姓名', 'member name', text(200), [
      '姓名',
      'member',
      'name',
      'full name',
      'user',
      'username',
    ]),
    earned: open(
      optional('所得小时', 'hours earned', hours, [
        'earned',
        'hours given',
        'given',
        'hours provided',
        'provided',
        'credits',
      ]),
    ),
    spent: open(
      optional('支出小时', 'hours spent', hours, [
        'spent',
        'hours received',
        'received',
        'hours used',
        'debits',
      ]),
    ),
    balance: open(
      needed('余额', 'balance', hours, ['account balance', 'hours balance', 'current balance', 'net hours']),
    ),
    at: optional('日期', 'date', instant, ['as of', 'balance date', 'last exchange', 'last activity']),
  },
  transfers: [exchanges] as unknown as AnyForm[],
  needsTransfers: false,
};
