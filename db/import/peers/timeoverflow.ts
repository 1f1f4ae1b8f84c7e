/**
 * TimeOverflow. The list of members says the balance in seconds and leaves out members who left. Transfers come either
 * as its administrators' import reads them, without a header and in seconds, or as the report that every coordinator
 * can download, in hours and minutes between `Name (number)` and `Name (number)`. Headers are in the language of whoever
 * downloads.
 */
import { Fault, needed, open, optional } from '../columns.ts';
import { code, text } from '../readers.ts';
import { instant } from './instant.ts';
import type { AnyForm, Peer, TransferForm } from './peer.ts';
import { above, clock, type Span, seconds } from './span.ts';

type SideKind = 'organization' | 'member';

type ImportedRow = {
  source: string | null;
  sourceKind: SideKind;
  destination: string | null;
  destinationKind: SideKind;
  amount: Span;
  at: Date | null;
  reason: string | null;
  post: string | null;
};

/** Whatever is not the organisation is a member, as TimeOverflow reads it. */
const sideKind = (value: string): SideKind | Fault =>
  /^organi[sz]ation$/i.test(value)
    ? 'organization'
    : /^(member|user)$/i.test(value)
      ? 'member'
      : new Fault('应为 member 或 organization', 'member or organization');

const memberOf = (id: string | null, kind: SideKind): string | null => (kind === 'member' ? id : null);

const imported: TransferForm<ImportedRow> = {
  columns: {
    source: open(optional('付出方', 'source_id', code)),
    sourceKind: needed('付出方类型', 'source_type', sideKind),
    destination: open(optional('收入方', 'destination_id', code)),
    destinationKind: needed('收入方类型', 'destination_type', sideKind),
    amount: open(needed('秒数', 'amount', above(seconds))),
    at: optional('时间', 'created_at', instant),
    reason: optional('事由', 'reason', text(10_000)),
    post: optional('帖子', 'post_id', text(200)),
  },
  once: [],
  hasOthers: true,
  isData: ([, kind = '', , other = '']) =>
    [kind, other].some((each) => !(sideKind(each.trim()) instanceof Fault)),
  moveOf: (row) => {
    const from = memberOf(row.source, row.sourceKind);
    const to = memberOf(row.destination, row.destinationKind);
    const empty = new Fault('会员的编号不能为空', 'the number of a member must not be empty');
    if (row.sourceKind === 'member' && from === null) return { column: 'source', fault: empty };
    if (row.destinationKind === 'member' && to === null) return { column: 'destination', fault: empty };
    return { from, to, amount: row.amount, at: row.at, isSettled: true };
  },
};

type ReportRow = { at: Date; from: string; to: string; amount: Span };

/** `Name (12)` is member 12; the organisation, and members who left, have no number. */
const numberIn = (side: string): string | null => /\((\d{1,12})\)\s*$/.exec(side)?.[1] ?? null;

const report: TransferForm<ReportRow> = {
  columns: {
    at: needed('日期', 'Date', instant, ['Fecha', 'Data']),
    from: needed('付出方', 'From', text(300), ['Origen', 'Depuis', 'Jatorria', 'De', 'Origem']),
    to: needed('收入方', 'To', text(300), ['Destino', 'Destí', 'Vers', 'Helmuga, erabilera', 'Para']),
    amount: open(
      needed('时长', 'Quantity', above(clock), [
        'Cantidad',
        'Quantitat',
        'Quantité',
        'Kantitatea',
        'Cantidade',
        'Quantidade',
      ]),
    ),
  },
  once: [],
  hasOthers: true,
  moveOf: (row) => ({
    from: numberIn(row.from),
    to: numberIn(row.to),
    amount: row.amount,
    at: row.at,
    isSettled: true,
  }),
};

export const timeoverflow: Peer = {
  name: 'timeoverflow',
  title: 'TimeOverflow',
  members: {
    account: open(needed('会员号', 'N', code, ['member_uid', 'number'])),
    name: optional('用户名', 'Name', text(200), ['username', 'Nombre', 'Nom', 'Izena', 'Nome']),
    balance: open(needed('余额', 'Balance', seconds, ['Balanç', 'Solde', 'Balantzea', 'Balanço'])),
  },
  transfers: [imported, report] as unknown as AnyForm[],
  needsTransfers: true,
};
