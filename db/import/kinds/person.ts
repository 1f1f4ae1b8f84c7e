/** The columns that say who somebody is and where they live, shared by people and carers. */
import { randomInt } from 'node:crypto';
import type { Act } from '../../connect/act.ts';
import type { Tx } from '../../connect/database.ts';
import type { Area } from '../../people/areas.ts';
import type { Identity } from '../../people/identity.ts';
import { openUsers, type UserInput } from '../../people/openUsers.ts';
import { registerPersons } from '../../people/register.ts';
import { type Columns, type Line, needed, optional } from '../columns.ts';
import { choice, degrees, division, identity, phone, text } from '../readers.ts';

export type PersonRow = {
  name: string;
  identity: Identity;
  phone: string | null;
  area: Area;
  address: string | null;
  language: 'zh-CN' | 'en' | null;
} & PlaceRow;

export type PlaceRow = { lat: number | null; lon: number | null };

export const identityHeaders = ['身份证号码', '身份证', '公民身份号码', 'id number', 'identity'] as const;
export const areaHeaders = ['行政区划代码', '区划编码', 'area code'] as const;
export const phoneHeaders = [
  '手机号',
  '手机',
  '手机号码',
  '联系电话',
  '电话号码',
  'telephone',
  'mobile',
] as const;

/** A place that is not given is that of the division. */
export const placeColumns: Columns<PlaceRow> = {
  lat: optional('纬度', 'latitude', degrees(31, 33), ['lat']),
  lon: optional('经度', 'longitude', degrees(118, 120), ['lon', 'lng']),
};

export const personColumns: Columns<PersonRow> = {
  name: needed('姓名', 'name', text(50), ['名字', 'full name']),
  identity: needed('身份证号', 'identity number', identity, identityHeaders),
  phone: optional('电话', 'phone', phone, phoneHeaders),
  area: needed('社区代码', 'community code', division('community'), [
    '社区编码',
    '社区区划代码',
    'community',
  ]),
  address: optional('住址', 'address', text(200), ['地址', '家庭住址', '居住地址', 'home address']),
  language: optional(
    '语言',
    'language',
    choice<'zh-CN' | 'en'>(
      new Map([
        ['zh-CN', ['中文', 'Chinese', 'zh-CN', 'zh', '汉语']],
        ['en', ['英文', 'English', 'en', '英语']],
      ] as const),
    ),
  ),
  ...placeColumns,
};

/** Half a position is none. */
export function checkPlace<R extends PlaceRow>(line: Line<R>): void {
  const { lat, lon } = line.values;
  if ((lat === null) === (lon === null)) return;
  line.refuse(lat === null ? 'lat' : 'lon', {
    zh: '纬度和经度应同时填写或同时留空',
    en: 'latitude and longitude are given together or not at all',
  });
}

export function placeOf(row: PlaceRow & { area: Area }): { lat: number; lon: number } {
  return { lat: row.lat ?? row.area.lat, lon: row.lon ?? row.area.lon };
}

/**
 * Writes who people are; returns their ids in order. Those with a mobile telephone may sign in by it from now on,
 * unless its number is somebody's already.
 */
export async function writePersons<R extends PersonRow>(
  tx: Tx,
  act: Act,
  rows: readonly R[],
  userOf: (row: R) => Pick<UserInput, 'role' | 'providerId'>,
): Promise<string[]> {
  const written = await registerPersons(
    tx,
    act,
    rows.map((row) => ({
      name: row.name,
      gender: row.identity.gender,
      birthDate: row.identity.birthDate,
      identityNumber: row.identity.number,
      phone: row.phone,
      address: row.address,
      position: placeOf(row),
      areaCode: row.area.code,
      language: row.language ?? undefined,
    })),
  );
  const ids = written.map((person) => person.id);
  await openUsers(
    tx,
    act,
    rows.flatMap((row, i): UserInput[] => {
      const personId = ids[i] as string;
      if (!row.phone?.startsWith('1')) return [];
      const username = `p${personId.replaceAll('-', '')}`;
      return [
        {
          username,
          name: row.name,
          phone: row.phone,
          passwordHash: null,
          personId,
          language: row.language ?? 'zh-CN',
          ...userOf(row),
        },
      ];
    }),
  );
  return ids;
}

/** 4 digits by chance (S10), for elders whose file brings none. */
export const newDoorCode = (): string => String(randomInt(10_000)).padStart(4, '0');
