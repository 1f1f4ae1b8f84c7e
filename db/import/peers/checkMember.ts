/** Whether a member's balance comes in, and to whom; every minute of it is counted where it goes. */
import { cityCode } from '../../bank/post.ts';
import type { City } from '../city.ts';
import type { Line } from '../columns.ts';
import type { MappedMember } from './mapping.ts';
import { type MemberRow, plainName } from './peer.ts';
import type { Opening } from './postOpenings.ts';
import { differs, type Proof } from './proof.ts';
import { hoursText, MINUTE, minutesOf, type Span } from './span.ts';
import type { SumName, Sums } from './sums.ts';

/** What is known while the lines of a file are checked one after another. */
export interface Checking {
  city: City;
  /** The day of the balances, and the first instant after it. */
  asOf: string;
  before: Date;
  negative: 'skip' | 'pool' | null;
  proof: Proof | null;
  sums: Sums;
  /** Accounts and names of the members so far. */
  listed: Set<string>;
  /** The line of each key, and of each person to whom a member is mapped. */
  lines: Map<string, number>;
  /** What is to be posted, by key. */
  openings: Map<string, Opening>;
  /** Minutes of each person's account with those of the good lines so far. */
  totals: Map<string, number>;
  closed: Set<string>;
  /** Minutes the city's pool has for debts, less those of the good lines so far. */
  inPool: number;
}

/** What the city knows of one member. */
export interface KnownMember {
  key: string;
  mapped: MappedMember | undefined;
  /** Of the same key. */
  posted: { ownerId: string; amount: number } | undefined;
  /** The key under which the mapped person was given hours of this exchange before. */
  personKey: string | undefined;
}

/** Checks a line and counts its balance. */
export function checkMember(line: Line<MemberRow>, known: KnownMember, c: Checking): void {
  const { balance } = line.values;
  const minutes = minutesOf(balance);
  c.sums.members++;
  c.sums.before += balance;
  refuseSame(line, known, c);
  prove(line, c);
  if (!line.bad) refuseChanged(line, known, minutes);
  const to = line.bad ? 'refused' : placeOf(line, known, minutes, c);
  const whole = BigInt(minutes) * MINUTE;
  if (to === 'refused' || to === 'below') add(c.sums, to, balance);
  else {
    add(c.sums, 'rest', balance - whole);
    if (to === 'toPersons') addToPerson(known, minutes, c);
    else if (to) add(c.sums, to, whole);
  }
}

const add = (sums: Sums, to: SumName, span: Span): void => {
  sums[to] += span;
};

const nameColumn = (line: Line<MemberRow>) => (line.values.account === null ? 'name' : 'account');

/** Where whole minutes go; null where there are none. */
function placeOf(line: Line<MemberRow>, known: KnownMember, minutes: number, c: Checking): SumName | null {
  if (known.posted) {
    line.known = true;
    if (known.mapped?.person) c.lines.set(known.mapped.person.id, line.number);
    return 'there';
  }
  if (minutes === 0) {
    line.pass();
    return null;
  }
  if (minutes < 0) return placeOfDebt(line, known.key, minutes, c);
  const person = personFor(line, known, c);
  if (!person) return 'refused';
  c.lines.set(person.id, line.number);
  c.openings.set(known.key, { key: known.key, minutes, person });
  return 'toPersons';
}

/** What is over the cap goes to the pool (T4). */
function addToPerson({ mapped }: KnownMember, minutes: number, c: Checking): void {
  const id = mapped?.person?.id ?? '';
  const total = (c.totals.get(id) ?? 0) + minutes;
  const over = Math.min(minutes, Math.max(0, total - c.city.bank.capMinutes));
  c.totals.set(id, total - over);
  add(c.sums, 'toPersons', BigInt(minutes - over) * MINUTE);
  add(c.sums, 'toPool', BigInt(over) * MINUTE);
}

function refuseSame(line: Line<MemberRow>, { key }: KnownMember, c: Checking): void {
  const first = c.lines.get(key);
  if (first === undefined) c.lines.set(key, line.number);
  else
    line.refuse(nameColumn(line), {
      zh: `与第 ${first} 行是同一会员，同一文件中只能出现一次`,
      en: `the same member as on line ${first}; it may stand once in a file`,
    });
}

/** The balance must be what the transfers give, and what was earned less what was spent. */
function prove(line: Line<MemberRow>, c: Checking): void {
  const { account, name, balance, earned = null, spent = null, at = null } = line.values;
  const keys = [...new Set([account, name].flatMap((each) => (each === null ? [] : plainName(each))))];
  for (const key of keys) c.listed.add(key);
  if (at && at >= c.before)
    line.refuse('at', {
      zh: `晚于 ${c.asOf}：请用 --as-of 给出余额的日期`,
      en: `after ${c.asOf}: say the day of the balances with --as-of`,
    });
  const { proof } = c;
  let isProven = false;
  if (proof) {
    const proven = keys.reduce((sum, key) => sum + (proof.sums.get(key) ?? 0n), 0n);
    const fault = differs(balance, proven, { zh: '转账', en: 'the transfers' });
    if (fault) line.refuse('balance', fault);
    isProven = !fault;
  }
  if (earned !== null && spent !== null) {
    const fault = differs(balance, earned - spent, { zh: '所得减支出', en: 'earned less spent' });
    if (fault) line.refuse('balance', fault);
    isProven = !fault && (isProven || !proof);
  } else if (!proof)
    line.refuse('balance', {
      zh: '没有凭据：请填写所得和支出小时，或用 --transfers 给出交换记录',
      en: 'nothing proves it: give hours earned and spent, or the exchanges with --transfers',
    });
  if (isProven) c.sums.proven++;
}

/** What was imported before stays as it is. */
function refuseChanged(line: Line<MemberRow>, known: KnownMember, minutes: number): void {
  const { posted, mapped, personKey, key } = known;
  const asks = mapped ? `第 ${mapped.line} 行` : '';
  if (!posted) {
    if (minutes > 0 && personKey !== undefined && personKey !== key)
      line.refuse(nameColumn(line), {
        zh: `此人已从这个社区的另一个账户导入过，请核对对照表${asks}`,
        en: `this person was given hours of another account of this exchange already: compare line ${mapped?.line} of the mapping`,
      });
    return;
  }
  if (posted.amount !== Math.abs(minutes) || (posted.ownerId === cityCode) !== minutes < 0)
    line.refuse('balance', {
      zh: `此账户已导入过 ${posted.amount} 分钟，现在是 ${minutes} 分钟：已导入的不会更改，请删去此行或更正`,
      en: `this account was imported with ${posted.amount} minutes already, now it has ${minutes}: what is posted stays; take the line out or correct it`,
    });
  else if (minutes > 0 && mapped?.person && mapped.person.id !== posted.ownerId)
    line.refuse(nameColumn(line), {
      zh: `此账户已导入给另一个人，请核对对照表${asks}`,
      en: `this account was imported for another person already: compare line ${mapped.line} of the mapping`,
    });
}

/** Below zero: what the option says becomes of it. */
function placeOfDebt(line: Line<MemberRow>, key: string, minutes: number, c: Checking): SumName {
  const debt = hoursText(BigInt(-minutes) * MINUTE);
  if (c.negative === 'skip') {
    line.pass('balance', { zh: `负余额 ${debt}，未导入`, en: `${debt} below zero, left out` });
    return 'below';
  }
  if (c.negative === null) {
    line.refuse('balance', {
      zh: `负余额 ${debt}：本账本不记个人欠时；--negative skip 略过，--negative pool 由公共时间池承担`,
      en: `${debt} below zero: our ledger knows no debts of persons; --negative skip leaves them out, --negative pool lets the pool pay`,
    });
    return 'refused';
  }
  if (-minutes > c.inPool) {
    line.refuse('balance', {
      zh: `公共时间池只剩 ${c.inPool} 分钟，不足以承担；可用 --negative skip`,
      en: `the pool has only ${c.inPool} minutes left for it; --negative skip leaves it out`,
    });
    return 'refused';
  }
  c.inPool += minutes;
  c.openings.set(key, { key, minutes, person: null });
  return 'paidByPool';
}

/** The person to whom a member's hours may go; a bad line where there is none. */
function personFor(line: Line<MemberRow>, { mapped }: KnownMember, c: Checking): Opening['person'] {
  const column = nameColumn(line);
  if (!mapped)
    line.refuse(column, {
      zh: '对照表中没有此会员：请加一行，写明其身份证号、电话，或社区代码、姓名和出生日期',
      en: 'the mapping has no line for this member: add one with the identity number, the phone, or community code, name and date of birth',
    });
  else if (!mapped.person)
    line.refuse(column, {
      zh: `对照表第 ${mapped.line} 行：${mapped.fault?.zh}`,
      en: `line ${mapped.line} of the mapping: ${mapped.fault?.en}`,
    });
  else if (c.closed.has(mapped.person.id))
    line.refuse(column, { zh: '此人的账户已关闭', en: 'the account of this person is closed' });
  else if (c.lines.has(mapped.person.id))
    line.refuse(column, {
      zh: `与第 ${c.lines.get(mapped.person.id)} 行对照到同一个人，请核对对照表第 ${mapped.line} 行`,
      en: `mapped to the same person as line ${c.lines.get(mapped.person.id)}: compare line ${mapped.line} of the mapping`,
    });
  else return mapped.person;
  return null;
}
