/** Elders and volunteers. A person known by the identity number keeps its row and may gain the other role. */
import { personsByIdentity } from '../../people/byIdentity.ts';
import { registerElders, registerVolunteers } from '../../people/register.ts';
import type { ElderProfile } from '../../people/rules.ts';
import { stationsByCode } from '../../providers/known.ts';
import { Fault, type Kind, type Line, needed, optional } from '../columns.ts';
import { choice, code, services, text, whole } from '../readers.ts';
import { checkPlace, newDoorCode, type PersonRow, personColumns, writePersons } from './person.ts';

type PeopleRow = PersonRow & {
  role: 'elder' | 'volunteer';
  ability: 0 | 1 | 2 | 3 | 4 | null;
  living: ElderProfile['living'] | null;
  subsidy: ElderProfile['subsidyClass'] | null;
  carerGender: 'female' | 'male' | null;
  hazards: string | null;
  doorCode: string | null;
  station: string | null;
  services: string[] | null;
  state: 'applied' | 'station_approved' | 'active' | null;
  maxMetres: number | null;
};

const neededOf = {
  elder: ['ability', 'living', 'subsidy'],
  volunteer: ['station', 'services'],
} as const satisfies Record<PeopleRow['role'], readonly (keyof PeopleRow)[]>;

export const people: Kind<PeopleRow> = {
  columns: {
    role: needed(
      '角色',
      'role',
      choice<PeopleRow['role']>(
        new Map([
          ['elder', ['老人', 'elder']],
          ['volunteer', ['志愿者', 'volunteer']],
        ] as const),
      ),
      ['人员类型', 'type'],
    ),
    ...personColumns,
    ability: optional(
      '能力等级',
      'ability level',
      choice<0 | 1 | 2 | 3 | 4>(
        new Map([
          [0, ['0', '0', '能力完好']],
          [1, ['1', '1', '轻度失能']],
          [2, ['2', '2', '中度失能']],
          [3, ['3', '3', '重度失能']],
          [4, ['4', '4', '完全失能']],
        ] as const),
      ),
      ['能力评估等级', '失能等级', 'ability'],
    ),
    living: optional(
      '居住情况',
      'living',
      choice<ElderProfile['living']>(
        new Map([
          ['alone', ['独居', 'alone']],
          ['empty_nest', ['空巢', 'empty nest', 'empty_nest']],
          ['with_family', ['与家人同住', 'with family', 'with_family']],
        ] as const),
      ),
      ['居住状况', '居住方式', 'living arrangement'],
    ),
    subsidy: optional(
      '补贴类别',
      'subsidy class',
      choice<ElderProfile['subsidyClass']>(
        new Map([
          ['none', ['无', 'none']],
          ['low_income', ['低收入', 'low income', 'low_income']],
          ['minimum_income', ['低保', 'minimum income', 'minimum_income']],
          ['special_hardship', ['特困', 'special hardship', 'special_hardship']],
        ] as const),
      ),
      ['补贴', '困难类别', 'subsidy'],
    ),
    carerGender: optional(
      '护理员性别要求',
      'carer gender',
      choice<'female' | 'male'>(
        new Map([
          ['female', ['女', 'female']],
          ['male', ['男', 'male']],
        ] as const),
      ),
      ['护理员性别', 'preferred carer gender'],
    ),
    hazards: optional('注意事项', 'hazards', text(500), ['安全隐患', '备注', 'note']),
    doorCode: optional(
      '门口验证码',
      'door code',
      (value) => (/^\d{4}$/.test(value) ? value : new Fault('应为 4 位数字', '4 digits')),
      ['门码', 'door'],
    ),
    station: optional('站点编码', 'station code', code, ['站点代码', 'station']),
    services: optional('服务项目', 'services', services, ['可服务项目', '服务', 'service']),
    state: optional(
      '审核状态',
      'review',
      choice<'applied' | 'station_approved' | 'active'>(
        new Map([
          ['applied', ['已申请', 'applied']],
          ['station_approved', ['站点已审', 'station approved', 'station_approved']],
          ['active', ['已通过', 'approved', 'active']],
        ] as const),
      ),
      ['审核', '状态', 'state', 'status'],
    ),
    maxMetres: optional('最远距离', 'max metres', whole(100, 50_000), [
      '最远距离（米）',
      '最大距离',
      'max distance',
    ]),
  },
  once: [['identity', 'role']],
  clerk: (db) => {
    const stationIds = new Map<string, string>();
    return {
      async check(lines) {
        const known = await personsByIdentity(
          db,
          lines.map((line) => line.values.identity.number),
        );
        const found = await stationsByCode(
          db,
          lines.flatMap((line) => line.values.station ?? []),
        );
        for (const [stationCode, { id, kind }] of found)
          if (kind === 'station') stationIds.set(stationCode, id);
        for (const line of lines) {
          const { role, identity } = line.values;
          const person = known.get(identity.number);
          line.known = Boolean(role === 'elder' ? person?.isElder : person?.isVolunteer);
          checkPlace(line);
          checkRole(line, stationIds);
        }
      },
      async write(tx, act, rows) {
        const personIds = await writePersons(tx, act, rows, ({ role }) => ({ role }));
        const withIds = rows.map((row, i) => ({ row, personId: personIds[i] as string }));
        await registerElders(
          tx,
          act,
          withIds.flatMap(({ row, personId }) => {
            if (row.role !== 'elder' || row.ability === null || !row.living || !row.subsidy) return [];
            return {
              personId,
              birthDate: row.identity.birthDate,
              abilityLevel: row.ability,
              living: row.living,
              subsidyClass: row.subsidy,
              carerGender: row.carerGender,
              hazards: row.hazards,
              doorCode: row.doorCode ?? newDoorCode(),
            };
          }),
        );
        await registerVolunteers(
          tx,
          act,
          withIds.flatMap(({ row, personId }) => {
            const stationId = row.station && stationIds.get(row.station);
            if (row.role !== 'volunteer' || !stationId) return [];
            return {
              personId,
              stationId,
              services: row.services ?? [],
              state: row.state ?? undefined,
              maxMetres: row.maxMetres ?? undefined,
            };
          }),
        );
      },
    };
  },
};

function checkRole(line: Line<PeopleRow>, stationIds: ReadonlyMap<string, string>): void {
  const { role, station } = line.values;
  for (const name of neededOf[role])
    if (line.values[name] === null)
      line.refuse(name, {
        zh: role === 'elder' ? '老人必须填写' : '志愿者必须填写',
        en: `needed for ${role === 'elder' ? 'an elder' : 'a volunteer'}`,
      });
  if (role === 'volunteer' && station && !stationIds.has(station))
    line.refuse('station', {
      zh: '没有此编码的时间银行站点，请先导入 stations',
      en: 'no time-bank station has this code: import stations first',
    });
}
