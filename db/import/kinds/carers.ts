/** Carers of providers with their certificates and weekly hours; one who is a carer already is passed over. */
import { dayOf } from '../../connect/days.ts';
import { personsByIdentity } from '../../people/byIdentity.ts';
import { carersKnown, providersByCreditCode } from '../../providers/known.ts';
import { registerCarers } from '../../providers/register.ts';
import { type Kind, needed } from '../columns.ts';
import { choice, code, creditCode, day, type ShiftDay, week } from '../readers.ts';
import { checkPlace, type PersonRow, personColumns, writePersons } from './person.ts';

type CarerRow = PersonRow & {
  provider: string;
  level: 1 | 2 | 3 | 4 | 5;
  certificate: string;
  certificateUntil: string;
  week: ShiftDay[];
};

export const carers: Kind<CarerRow> = {
  columns: {
    ...personColumns,
    provider: needed('机构信用代码', 'provider credit code', creditCode, [
      '机构统一社会信用代码',
      '统一社会信用代码',
      'credit code',
    ]),
    level: needed(
      '职业等级',
      'vocational level',
      choice<1 | 2 | 3 | 4 | 5>(
        new Map([
          [5, ['五级', '5', '初级工']],
          [4, ['四级', '4', '中级工']],
          [3, ['三级', '3', '高级工']],
          [2, ['二级', '2', '技师']],
          [1, ['一级', '1', '高级技师']],
        ] as const),
      ),
      ['技能等级', '等级', 'level'],
    ),
    certificate: needed('证书编号', 'certificate number', code, ['证书号', '职业证书编号', 'certificate']),
    certificateUntil: needed('证书有效期至', 'certificate valid until', day, [
      '证书有效期',
      '有效期至',
      'valid until',
    ]),
    week: needed('每周时段', 'weekly hours', week, ['班次', '排班', 'shifts']),
  },
  once: [['identity'], ['certificate']],
  clerk: (db, city) => {
    const providerIds = new Map<string, string>();
    return {
      async check(lines) {
        const persons = await personsByIdentity(
          db,
          lines.map((line) => line.values.identity.number),
        );
        const found = await providersByCreditCode(
          db,
          lines.map((line) => line.values.provider),
        );
        for (const [creditCode, id] of found) providerIds.set(creditCode, id);
        const known = await carersKnown(
          db,
          lines.map((line) => line.values.certificate),
          [...persons.values()].map((person) => person.id),
        );
        const holderOf = new Map(known.map((carer) => [carer.certificateNumber, carer.personId]));
        const already = new Set(known.map((carer) => carer.personId));
        for (const line of lines) {
          const { identity, certificate, certificateUntil, provider } = line.values;
          const personId = persons.get(identity.number)?.id;
          line.known = personId !== undefined && already.has(personId);
          if (holderOf.has(certificate) && holderOf.get(certificate) !== personId)
            line.refuse('certificate', {
              zh: '此证书已登记在他人名下',
              en: 'this certificate is registered for somebody else',
            });
          if (!providerIds.has(provider))
            line.refuse('provider', {
              zh: '没有此信用代码的机构，请先导入 providers',
              en: 'no provider has this credit code: import providers first',
            });
          if (!line.known && certificateUntil < dayOf(city.at))
            line.refuse('certificateUntil', {
              zh: '证书已过期，应为今天或之后的日期',
              en: 'the certificate has run out: today or a later day',
            });
          checkPlace(line);
        }
      },
      async write(tx, act, rows) {
        const personIds = await writePersons(tx, act, rows, (row) => ({
          role: 'carer',
          providerId: providerIds.get(row.provider),
        }));
        await registerCarers(
          tx,
          act,
          rows.map((row, i) => ({
            personId: personIds[i] as string,
            providerId: providerIds.get(row.provider) as string,
            level: row.level,
            certificateNumber: row.certificate,
            certificateUntil: row.certificateUntil,
            week: row.week,
          })),
        );
      },
    };
  },
};
