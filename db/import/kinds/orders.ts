/**
 * Orders that were taken elsewhere. Their key follows from the reference alone, so the same reference is never
 * booked twice, also when the file comes again after their day.
 */
import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import { standings } from '../../bank/standing.ts';
import { AHEAD_DAYS, bookOrders } from '../../orders/book.ts';
import { ordersKnown } from '../../orders/ordersKnown.ts';
import type { Payer } from '../../orders/rules.ts';
import { type KnownPerson, personsByIdentity } from '../../people/byIdentity.ts';
import type { Identity } from '../../people/identity.ts';
import { mayLast, termsOf, toPay } from '../../services/rules.ts';
import type { City } from '../city.ts';
import { type Kind, type Line, needed, open, optional } from '../columns.ts';
import { choice, code, identity, localTime, service, text, whole } from '../readers.ts';
import { identityHeaders } from './person.ts';

type OrderRow = {
  reference: string;
  identity: Identity;
  service: string;
  startAt: Date;
  minutes: number | null;
  payer: Payer;
  note: string | null;
};

const DAY = 86_400_000;

/** The order's key: a UUIDv7 of no time whose random part is a hash of the reference. */
function keyOf(reference: string): string {
  const random = createHash('sha256').update(`import:${reference}`).digest();
  return v7({ msecs: 0, seq: random.readUInt32BE(16), random: random.subarray(0, 16) });
}

export const orders: Kind<OrderRow> = {
  columns: {
    reference: needed('订单编号', 'reference', code, ['订单号', '外部编号', 'external reference']),
    identity: needed('身份证号', 'identity number', identity, [
      ...identityHeaders,
      '老人身份证号',
      'elder identity number',
    ]),
    service: needed('服务项目', 'service', service, ['服务', 'service code']),
    startAt: needed('开始时间', 'start', localTime, ['预约时间', '服务开始时间', 'start time', 'start at']),
    minutes: open(
      optional('分钟', 'minutes', whole(5, 1440), ['分钟数', '时长（分钟）', 'duration minutes']),
    ),
    payer: needed(
      '支付方式',
      'payer',
      choice<Payer>(
        new Map([
          ['time_bank', ['时间银行', 'time bank', 'time_bank']],
          ['subsidy', ['政府补贴', 'subsidy', '补贴']],
          ['insurance', ['长护险', 'insurance', '长期护理保险']],
          ['bed_contract', ['家庭床位', 'bed contract', 'bed_contract']],
          ['self', ['自费', 'self']],
        ] as const),
      ),
      ['付费方式', '支付', 'paid by'],
    ),
    note: optional('备注', 'note', text(500), ['说明', '要求', 'notes']),
  },
  once: [['reference']],
  clerk: (db, city) => {
    const elderIds = new Map<string, string>();
    /** What elders still have, `elder:currency`, less what the good lines so far hold (T7). */
    const rest = new Map<string, number>();
    return {
      async check(lines) {
        const known = await ordersKnown(
          db,
          lines.map((line) => keyOf(line.values.reference)),
        );
        const persons = await personsByIdentity(
          db,
          lines.map((line) => line.values.identity.number),
        );
        const fresh = [...persons.values()].map((person) => person.id).filter((id) => !rest.has(`${id}:min`));
        for (const id of fresh) for (const currency of ['min', 'fen']) rest.set(`${id}:${currency}`, 0);
        for (const { ownerId, kind, currency, available, closed } of await standings(db, fresh)) {
          if (closed || (kind !== 'grant' && kind !== 'personal')) continue;
          const key = `${ownerId}:${currency}`;
          rest.set(key, (rest.get(key) ?? 0) + available);
        }
        for (const line of lines) {
          const person = persons.get(line.values.identity.number);
          const before = known.get(keyOf(line.values.reference));
          if (!person?.isElder) {
            line.refuse('identity', {
              zh: '没有此身份证号的老人，请先导入 people',
              en: 'no elder has this identity number: import people first',
            });
            continue;
          }
          if (before) {
            line.known = before.elderId === person.id && before.serviceCode === line.values.service;
            if (!line.known)
              line.refuse('reference', {
                zh: '此编号已用于另一位老人或另一项服务，请换一个',
                en: 'this reference was used for another elder or service: give another',
              });
            continue;
          }
          elderIds.set(line.values.identity.number, person.id);
          checkTime(line, city.at);
          checkPayer(line, person, city);
          checkLength(line, city);
          if (!line.bad) checkMeans(line, person, city, rest);
        }
      },
      async write(tx, act, rows) {
        await bookOrders(
          tx,
          act,
          rows.map((row) => ({
            id: keyOf(row.reference),
            elderId: elderIds.get(row.identity.number) as string,
            serviceCode: row.service,
            startAt: row.startAt,
            minutes: row.minutes ?? undefined,
            payer: row.payer,
            note: row.note,
          })),
        );
      },
    };
  },
};

function checkTime(line: Line<OrderRow>, at: Date): void {
  const ahead = line.values.startAt.getTime() - at.getTime();
  if (ahead < 0 || ahead > AHEAD_DAYS * DAY)
    line.refuse('startAt', {
      zh: `应在现在之后、${AHEAD_DAYS} 天之内`,
      en: `from now on and within ${AHEAD_DAYS} days`,
    });
}

function checkPayer(line: Line<OrderRow>, elder: KnownPerson, city: City): void {
  const { payer, service: serviceCode } = line.values;
  const payers = city.catalogue.byCode.get(serviceCode)?.payers ?? [];
  if (!payers.includes(payer))
    line.refuse('payer', {
      zh: '此服务不能用这种方式支付',
      en: `this service is paid by: ${payers.join(', ')}`,
    });
  else if (payer === 'subsidy' && elder.subsidyClass === 'none')
    line.refuse('payer', { zh: '这位老人没有补贴', en: 'this elder has no subsidy' });
}

function checkLength(line: Line<OrderRow>, city: City): void {
  const { service: serviceCode, minutes } = line.values;
  const found = city.catalogue.byCode.get(serviceCode);
  if (!found?.blockMinutes || minutes === null || mayLast(found, minutes)) return;
  const lengths = found.blockMinutes.join(', ');
  line.refuse('minutes', {
    zh: `此服务只能按 ${lengths} 分钟预约`,
    en: `this service is booked for ${lengths} minutes`,
  });
}

function checkMeans(line: Line<OrderRow>, elder: KnownPerson, city: City, rest: Map<string, number>): void {
  const { payer, service: serviceCode, minutes } = line.values;
  const found = city.catalogue.byCode.get(serviceCode);
  if (!found) return;
  const lasting = minutes ?? found.defaultMinutes;
  const terms = termsOf(found, payer, lasting, elder.abilityLevel ?? 0);
  const wanted = toPay({ payer, minutes: lasting, ...terms }, found.multiplierPercent);
  if (!wanted) return;
  const key = `${elder.id}:${wanted.currency}`;
  const left = rest.get(key) ?? 0;
  if (wanted.amount <= left) rest.set(key, left - wanted.amount);
  else if (wanted.currency === 'min')
    line.refuse('payer', {
      zh: `余额不足：需要 ${wanted.amount} 分钟，可用 ${left} 分钟`,
      en: `not enough minutes: ${wanted.amount} are needed, ${left} are free`,
    });
  else
    line.refuse('payer', {
      zh: `补贴不足：需要 ${wanted.amount / 100} 元，可用 ${left / 100} 元`,
      en: `not enough subsidy: ${wanted.amount / 100} yuan are needed, ${left / 100} are free`,
    });
}
