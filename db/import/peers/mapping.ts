/**
 * Who the members of another time bank are in this city: one line a member, with what finds the person here. It finds
 * persons that are registered already and invents none; whom it does not find is told where the member stands.
 */
import type { Database } from '../../connect/database.ts';
import type { Area } from '../../people/areas.ts';
import type { Identity } from '../../people/identity.ts';
import type { BadValue } from '../bad.ts';
import type { City } from '../city.ts';
import { Fault, type Line, needed, optional, type Said, type Sheet } from '../columns.ts';
import { openText, type Source } from '../decode.ts';
import { identityHeaders, phoneHeaders } from '../kinds/person.ts';
import { readLines } from '../lines.ts';
import { day, division, identity, phone, text } from '../readers.ts';
import { plainName } from './peer.ts';
import { type PersonSigns, personsMatching } from './personsMatching.ts';

type MappingRow = {
  member: string;
  identity: Identity | null;
  phone: string | null;
  area: Area | null;
  name: string | null;
  birthDate: string | null;
};

export const mappingSheet: Sheet<MappingRow> = {
  columns: {
    member: needed('会员', 'member', (value) => plainName(value), [
      '会员号',
      '账号',
      '用户名',
      'peer id',
      'account',
      'username',
      'code',
      'N',
    ]),
    identity: optional('身份证号', 'identity number', identity, identityHeaders),
    phone: optional('电话', 'phone', phone, phoneHeaders),
    area: optional('社区代码', 'community code', division('community'), ['社区编码', 'community']),
    name: optional('姓名', 'name', text(50), ['名字', 'full name']),
    birthDate: optional('出生日期', 'birth date', day, ['生日', 'date of birth', 'birthday']),
  },
  once: [['member']],
};

export interface MappedMember {
  /** Of the mapping. */
  line: number;
  /** Null where nobody, or more than one, is found; then `fault` says what would be right. */
  person: { id: string; districtCode: string } | null;
  fault: Said | null;
}

/** Reads the mapping and finds its persons; by the member's account or name as `plainName` writes it. */
export async function readMapping(
  db: Database,
  city: City,
  source: Source,
  bad: BadValue[],
): Promise<Map<string, MappedMember>> {
  const found = new Map<string, MappedMember>();
  const text = await openText(source);
  for await (const { lines } of readLines(text, { sheet: mappingSheet, city, file: 'mapping', bad })) {
    for (const line of lines) {
      if (!line.bad) requireSigns(line);
      if (line.bad && typeof line.values.member === 'string' && !found.has(line.values.member))
        found.set(line.values.member, {
          line: line.number,
          person: null,
          fault: { zh: '此行有误，请先改正', en: 'it has an error: correct it first' },
        });
    }
    const good = lines.filter((line) => !line.bad);
    const matches = await personsMatching(db, good.map(signsOf));
    for (const [i, line] of good.entries())
      found.set(line.values.member, { line: line.number, ...oneOf(matches[i] ?? [], line.values) });
  }
  return found;
}

function requireSigns(line: Line<MappingRow>): void {
  const { identity, phone, area, name, birthDate } = line.values;
  if (identity || phone || (area && name && birthDate)) return;
  line.refuse(
    'identity',
    new Fault(
      '应给出身份证号，或电话，或社区代码、姓名和出生日期三项',
      'give an identity number, or a phone, or community code, name and date of birth together',
    ),
  );
}

const signsOf = ({ values }: Line<MappingRow>): PersonSigns => ({
  identity: values.identity?.number ?? null,
  phone: values.phone,
  areaCode: values.area?.code ?? null,
  name: values.name,
  birthDate: values.birthDate,
});

type Match = Awaited<ReturnType<typeof personsMatching>>[number];

function oneOf(matches: Match, row: MappingRow): Omit<MappedMember, 'line'> {
  const by = row.identity
    ? { zh: '身份证号', en: 'identity number' }
    : row.phone
      ? { zh: '电话', en: 'phone' }
      : { zh: '社区、姓名和出生日期', en: 'community, name and date of birth' };
  const [person, second] = matches;
  const nobody = (zh: string, en: string) => ({ person: null, fault: { zh, en } });
  if (!person)
    return nobody(
      `本市没有此${by.zh}的人，请先导入 people`,
      `nobody in the city has this ${by.en}: import people first`,
    );
  if (second)
    return nobody(
      `不止一人有此${by.zh}，请给出身份证号`,
      `more than one person has this ${by.en}: give the identity number`,
    );
  if (row.name && plainName(row.name) !== plainName(person.name))
    return nobody(
      `此${by.zh}的人姓名不同，请核对`,
      `the person with this ${by.en} has another name: compare them`,
    );
  if (!person.hasHours)
    return nobody(
      `此${by.zh}的人不是老人或志愿者，请先导入 people`,
      `the person with this ${by.en} is no elder or volunteer: import people first`,
    );
  return { person: { id: person.id, districtCode: person.areaCode.slice(0, 6) }, fault: null };
}
