/** Sums before and after: what a peer's balances come to, and where every minute of them goes. */
import type { Said } from '../columns.ts';
import type { Proof } from './proof.ts';
import { hoursText, type Span } from './span.ts';

/** Where a balance, or a part of it, may go. */
export type SumName = 'toPersons' | 'toPool' | 'there' | 'refused' | 'below' | 'paidByPool' | 'rest';

export interface Sums extends Record<SumName, Span> {
  members: number;
  /** All balances of the file that could be read. */
  before: Span;
  toPersons: Span;
  /** Over the cap of a person (T4). */
  toPool: Span;
  /** Brought in by an earlier import. */
  there: Span;
  refused: Span;
  /** Below zero, left out. */
  below: Span;
  /** Below zero, paid by the city's pool to the fund. */
  paidByPool: Span;
  /** What makes no whole minute. */
  rest: Span;
  /** Members whose balance the proof confirms. */
  proven: number;
}

export const noSums = (): Sums => ({
  members: 0,
  before: 0n,
  toPersons: 0n,
  toPool: 0n,
  there: 0n,
  refused: 0n,
  below: 0n,
  paidByPool: 0n,
  rest: 0n,
  proven: 0,
});

const parts: readonly [SumName, Said][] = [
  ['toPersons', { zh: '记入个人', en: 'to persons' }],
  ['toPool', { zh: '超过上限转入公共时间池', en: 'over the cap to the pool' }],
  ['there', { zh: '此前已导入', en: 'there already' }],
  ['refused', { zh: '有误未导入', en: 'refused' }],
  ['below', { zh: '负余额未导入', en: 'below zero, left out' }],
  ['paidByPool', { zh: '负余额由公共时间池承担', en: 'below zero, paid by the pool' }],
  ['rest', { zh: '不足一分钟的零头', en: 'no whole minute' }],
];

/** The sums of the balances, of the transfers that prove them, and what the fund issues, a sentence each. */
export function sumsSaid(sums: Sums, asOf: string, proof: Proof | null, others: Others | null): Said[] {
  const after = parts.reduce((total, [name]) => total + sums[name], 0n);
  if (after !== sums.before) throw new Error('an import lost count of what it was given');
  const shown = parts.filter(([name]) => sums[name] !== 0n);
  const list = (language: keyof Said) =>
    shown.map(([name, said]) => `${said[language]} ${hoursText(sums[name])}`).join(' + ') || '0:00';
  const issued = hoursText(sums.toPersons + sums.toPool + sums.paidByPool);
  const said: Said[] = [
    {
      zh: `余额（截至 ${asOf}，时:分）：导入前 ${sums.members} 名会员合计 ${hoursText(sums.before)} = 导入后 ${hoursText(after)}：${list('zh')}`,
      en: `Balances (as of ${asOf}, h:mm): before ${hoursText(sums.before)} of ${sums.members} members = after ${hoursText(after)}: ${list('en')}`,
    },
  ];
  if (proof && others)
    said.push({
      zh: `转账：${proof.transfers} 笔合计 ${hoursText(proof.total)}，证实 ${sums.members} 个余额中的 ${sums.proven} 个；名单之外的 ${others.accounts} 个账户合计 ${hoursText(others.sum)}，其余（社区本身、已退出者）${hoursText(others.nameless)}${left(proof).zh}`,
      en: `Transfers: ${proof.transfers} of ${hoursText(proof.total)} prove ${sums.proven} of ${sums.members} balances; ${others.accounts} accounts beside the list hold ${hoursText(others.sum)}, what is nobody’s (the exchange itself, members who left) ${hoursText(others.nameless)}${left(proof).en}`,
    });
  said.push({
    zh: `账本：为此专项基金发出 ${issued}，个人与公共时间池共增加 ${issued}`,
    en: `Ledger: for these the fund issues ${issued}, and persons and pools hold ${issued} more`,
  });
  return said;
}

/** Accounts in the transfers that the list of members has not. */
export interface Others {
  accounts: number;
  sum: Span;
  /** Of accounts that the transfers do not name. */
  nameless: Span;
}

/** What the transfers say of those who are not in the list. */
export function othersOf(proof: Proof, listed: ReadonlySet<string>): Others {
  const others: Others = { accounts: 0, sum: 0n, nameless: 0n };
  for (const [account, sum] of proof.sums) {
    others.nameless -= sum;
    if (listed.has(account)) continue;
    others.accounts++;
    others.sum += sum;
  }
  return others;
}

function left({ later, unsettled }: Proof): Said {
  return {
    zh: [
      later > 0 ? `；此日之后的 ${later} 笔不计` : '',
      unsettled > 0 ? `；未完成的 ${unsettled} 笔不计` : '',
    ].join(''),
    en: [
      later > 0 ? `; ${later} after that day are not counted` : '',
      unsettled > 0 ? `; ${unsettled} were never carried out` : '',
    ].join(''),
  };
}
