/** What the command was asked to do with another time bank's files; a wrong or missing option is named. */
import { dayOf } from '../../connect/days.ts';
import { isDate } from '../../people/identity.ts';
import { type Column, Fault, type Said } from '../columns.ts';
import { ImportFailure } from '../failure.ts';
import { code } from '../readers.ts';

import { hourworld } from './hourworld.ts';
import { komunitin } from './komunitin.ts';
import { mappingSheet } from './mapping.ts';
import type { Peer, PeerName } from './peer.ts';
import { unitOf } from './span.ts';
import { timeoverflow } from './timeoverflow.ts';

export const peerOptions = {
  exchange: { type: 'string' },
  mapping: { type: 'string' },
  transfers: { type: 'string' },
  'minutes-per-unit': { type: 'string' },
  'as-of': { type: 'string' },
  negative: { type: 'string' },
} as const;

type PeerOptions = { [K in keyof typeof peerOptions]?: string };

export interface PeerAsked {
  peer: Peer;
  exchange: string;
  mapping: string;
  transfers: string | null;
  /** Null: the day of the import. */
  asOf: string | null;
  negative: 'skip' | 'pool' | null;
}

export const peerUsage: Said = {
  zh: `其他时间银行：npm run import -- timeoverflow|komunitin|hourworld <余额.csv> --exchange 社区 --mapping 对照表.csv
  --exchange      该时间银行的代号，字母数字；同一账户再次导入时须相同
  --mapping 文件  会员对照到本市的人：会员，身份证号，或电话，或社区代码、姓名、出生日期
  --transfers 文件  证实余额的转账；timeoverflow 和 komunitin 必需
  --minutes-per-unit N  komunitin 必需：一个货币单位合多少分钟（以小时计的为 60）
  --as-of 日期    余额的日期，默认今天；此日之后的转账不计
  --negative skip|pool  负余额：略过，或由公共时间池承担；默认为错误`,
  en: `Other time banks: npm run import -- timeoverflow|komunitin|hourworld <balances.csv> --exchange CODE --mapping FILE
  --exchange      a code of that time bank; the same whenever its accounts are imported
  --mapping FILE  members as persons of the city: member, and identity number, or phone, or community code, name and birth date
  --transfers FILE  the transfers that prove the balances; needed for timeoverflow and komunitin
  --minutes-per-unit N  needed for komunitin: what a unit of its currency is worth (60 where it is the hour)
  --as-of DAY     the day of the balances, today when left out; transfers after it do not count
  --negative skip|pool  balances below zero: left out, or paid by the pool; bad lines when left out`,
};

/** Reads the options of a peer. Throws `ImportFailure`. */
export function readPeerOptions(name: PeerName, options: PeerOptions): PeerAsked {
  const { exchange, mapping, transfers = null, 'as-of': asOf = null, negative = null } = options;
  if (exchange === undefined || code(exchange, {} as never) instanceof Fault)
    throw wrong(
      '--exchange：请给出该时间银行的代号，1 至 60 个字母、数字或 . _ / : -',
      '--exchange: give a code of that time bank, 1 to 60 letters, digits or . _ / : -',
    );
  if (mapping === undefined)
    throw wrong(
      '--mapping：请给出会员与本市人员的对照表',
      '--mapping: give the file that maps members to persons of the city',
    );
  if (asOf !== null && (!isDate(asOf) || asOf > dayOf(new Date())))
    throw wrong(
      '--as-of：应为不晚于今天的日期，如 2026-03-31',
      '--as-of must be a day up to today, such as 2026-03-31',
    );
  if (negative !== null && negative !== 'skip' && negative !== 'pool')
    throw wrong('--negative：应为 skip 或 pool', '--negative must be skip or pool');
  return { peer: peerOf(name, options['minutes-per-unit']), exchange, mapping, transfers, asOf, negative };
}

/** The headers of a peer's files. */
export function peerHeaders(name: PeerName): Said {
  const peer = peerOf(name, name === 'komunitin' ? '60' : undefined);
  const list = (columns: object, language: keyof Said) =>
    (Object.values(columns) as Column<unknown>[])
      .map((column) => {
        const mark = column.needed ? '*' : ' ';
        return `\n ${mark}${[...new Set([column[language], column.en, ...column.also])].join(' | ')}`;
      })
      .join('');
  const said = (language: keyof Said, words: Record<'members' | 'transfers' | 'or' | 'mapping', string>) =>
    [
      `${words.members}${list(peer.members, language)}`,
      ...peer.transfers.map(
        (form, i) => `${i === 0 ? words.transfers : words.or}${list(form.columns, language)}`,
      ),
      `${words.mapping}${list(mappingSheet.columns, language)}`,
    ].join('\n');
  return {
    zh: said('zh', {
      members: `${peer.title} 的余额文件（* 必需，其他列略过）：`,
      transfers: '--transfers：',
      or: '或：',
      mapping: '--mapping：',
    }),
    en: said('en', {
      members: `The balances of ${peer.title} (* needed; other columns are passed over):`,
      transfers: '--transfers:',
      or: 'or:',
      mapping: '--mapping:',
    }),
  };
}

function peerOf(name: PeerName, minutesPerUnit: string | undefined): Peer {
  if (name !== 'komunitin') {
    const unit = name === 'timeoverflow' ? ['秒', 'the second'] : ['小时', 'the hour'];
    if (minutesPerUnit !== undefined)
      throw wrong(
        `--minutes-per-unit 只用于 komunitin：${name} 的单位是${unit[0]}`,
        `--minutes-per-unit is for komunitin only: the unit of ${name} is ${unit[1]}`,
      );
    return name === 'timeoverflow' ? timeoverflow : hourworld;
  }
  if (minutesPerUnit === undefined)
    throw wrong(
      '--minutes-per-unit：Komunitin 以社区自己的货币记数，请给出一个单位合多少分钟，以小时计的为 60',
      '--minutes-per-unit: Komunitin counts in the exchange’s own currency; say how many minutes a unit is worth, 60 where it is the hour',
    );
  const unit = unitOf(minutesPerUnit);
  if (unit === null)
    throw wrong(
      '--minutes-per-unit：应为 0.01 至 10000 的分钟数，最多两位小数',
      '--minutes-per-unit must be minutes from 0.01 to 10000, with at most 2 places',
    );
  return komunitin(unit);
}

const wrong = (zh: string, en: string): ImportFailure => new ImportFailure(`${zh}。`, `${en}.`);
