/**
 * What a peer's transfers say each member has: read once from beginning to end, keeping one sum a member. Each transfer
 * takes from one and gives to another, so all sums with what is outside the list of members are zero.
 */
import type { BadValue } from '../bad.ts';
import type { City } from '../city.ts';
import { Fault, type Said } from '../columns.ts';
import { openText, type Source, type TextFile } from '../decode.ts';
import { ImportFailure } from '../failure.ts';
import { readLines } from '../lines.ts';
import { firstFields, fitsHeader } from '../table.ts';
import { type AnyForm, type Peer, plainName } from './peer.ts';
import { HOUR, hoursText, MINUTE, SECOND, type Span } from './span.ts';

export interface Proof {
  transfers: number;
  /** Of the transfers that count. */
  total: Span;
  /** Transfers after the day of the balances. */
  later: number;
  /** Transfers that never moved anything. */
  unsettled: number;
  /** By account or name as `plainName` writes it. */
  sums: Map<string, Span>;
}

/** Sums transfers up to an instant. Throws `ImportFailure` when they come in no shape of the peer. */
export async function readProof(
  peer: Peer,
  city: City,
  source: Source,
  before: Date,
  bad: BadValue[],
  progress: (share: number) => void,
): Promise<Proof> {
  const text = await openText(source);
  const form = await formOf(peer, text);
  const proof: Proof = { transfers: 0, total: 0n, later: 0, unsettled: 0, sums: new Map() };
  for await (const { lines, share } of readLines(text, { sheet: form, city, file: 'transfers', bad })) {
    for (const line of lines) {
      if (line.bad) continue;
      const move = form.moveOf(line.values);
      if ('fault' in move) line.refuse(move.column, move.fault);
      else if (!move.isSettled) proof.unsettled++;
      else if (move.at !== null && move.at >= before) proof.later++;
      else {
        proof.transfers++;
        proof.total += move.amount;
        add(proof.sums, move.from, -move.amount);
        add(proof.sums, move.to, move.amount);
      }
    }
    progress(share);
  }
  return proof;
}

function add(sums: Map<string, Span>, account: string | null, amount: Span): void {
  if (account === null) return;
  const key = plainName(account);
  sums.set(key, (sums.get(key) ?? 0n) + amount);
}

async function formOf(peer: Peer, text: TextFile): Promise<AnyForm> {
  const first = await firstFields(text);
  const form = peer.transfers.find((each) => each.isData?.(first) || fitsHeader(first, each));
  if (form) return form;
  const shapes = (language: keyof Said) =>
    peer.transfers
      .map((each) =>
        Object.values(each.columns)
          .filter((column) => column.needed)
          .map((column) => column[language])
          .join(language === 'zh' ? '、' : ', '),
      )
      .join(language === 'zh' ? '；或 ' : '; or ');
  throw new ImportFailure(
    `不是 ${peer.title} 导出的转账：应有的列为 ${shapes('zh')}`,
    `These are no transfers as ${peer.title} exports them; it must have the columns ${shapes('en')}`,
  );
}

const scales: readonly [Span, Said][] = [
  [HOUR / SECOND, { zh: '秒与小时', en: 'seconds and hours' }],
  [MINUTE / SECOND, { zh: '秒与分钟，或分钟与小时', en: 'seconds and minutes, or minutes and hours' }],
];

/** Why a balance is not what its proof says; null when it is. A wrong unit is named as such. */
export function differs(balance: Span, proven: Span, by: Said): Fault | null {
  if (balance === proven) return null;
  const scale = scales.find(
    ([times]) =>
      balance !== 0n && proven !== 0n && (balance === proven * times || proven === balance * times),
  );
  if (scale) {
    const times = String(scale[0]);
    return new Fault(
      `余额与${by.zh}正好相差 ${times} 倍：两处的单位不同（${scale[1].zh}），请统一单位`,
      `the balance and ${by.en} are ${times} times apart: their units differ (${scale[1].en}); bring both in one unit`,
    );
  }
  return new Fault(
    `余额为 ${hoursText(balance)}，${by.zh}得出 ${hoursText(proven)}，相差 ${hoursText(balance - proven)}：请在同一天重新导出，或先在原系统改正`,
    `the balance is ${hoursText(balance)}, ${by.en} give ${hoursText(proven)}, the difference is ${hoursText(balance - proven)}: export both on one day, or correct it there`,
  );
}
