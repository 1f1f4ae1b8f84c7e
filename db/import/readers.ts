/** Readers of single values: each makes a value of a text or says what would be right. */
import { dayOf } from '../connect/days.ts';
import type { Area } from '../people/areas.ts';
import { type Identity, type IdentityFault, isDate, readIdentity } from '../people/identity.ts';
import { isCreditCode } from '../providers/creditCode.ts';
import { Fault, type Reader, type Said } from './columns.ts';

/** Full-width digits and letters as they are meant. */
const plain = (text: string): string => text.normalize('NFKC').trim();

/** A text of at most so many characters. */
export const text =
  (most: number): Reader<string> =>
  (value) =>
    [...value].length <= most ? value : new Fault(`最多 ${most} 个字`, `at most ${most} characters`);

/** A reference or code: letters, digits and `. _ / : -`. */
export const code: Reader<string> = (value) =>
  /^[\p{L}\d._/:-]{1,60}$/u.test(plain(value))
    ? plain(value)
    : new Fault('应为 1 至 60 个字母、数字或 . _ / : -', '1 to 60 letters, digits or . _ / : -');

const identityFaults: Record<IdentityFault, Said> = {
  length: { zh: '身份证号应为 18 位', en: 'an identity number has 18 characters' },
  characters: {
    zh: '身份证号应为 17 位数字加一位数字或 X',
    en: 'an identity number is 17 digits and a digit or X',
  },
  date: {
    zh: '身份证号第 7 至 14 位应为真实的出生日期',
    en: 'digits 7 to 14 of an identity number are a real date of birth',
  },
  checksum: {
    zh: '身份证号末位校验码不符（GB 11643），请核对抄写',
    en: 'the check character of the identity number does not fit (GB 11643): compare it with the card',
  },
};

/** GB 11643; the holder is born between 1900 and the day of the import. */
export const identity: Reader<Identity> = (value, city) => {
  const read = readIdentity(plain(value));
  if ('fault' in read) {
    const { zh, en } = identityFaults[read.fault];
    return new Fault(zh, en);
  }
  return read.birthDate >= '1900-01-01' && read.birthDate <= dayOf(city.at)
    ? read
    : new Fault(
        '身份证号中的出生日期应在 1900 年至今天之间',
        'the date of birth in it lies between 1900 and today',
      );
};

/** GB 32100. */
export const creditCode: Reader<string> = (value) => {
  const read = plain(value).toUpperCase();
  return isCreditCode(read)
    ? read
    : new Fault(
        '应为 18 位统一社会信用代码且校验码相符（GB 32100，不含 I、O、S、V、Z）',
        'a unified social credit code of 18 characters whose check character fits (GB 32100; no I, O, S, V, Z)',
      );
};

/** A telephone of the mainland as digits. */
export const phone: Reader<string> = (value) => {
  const digits = plain(value)
    .replace(/[\s-]/g, '')
    .replace(/^\+?86(?=1\d{10}$)/, '');
  return /^(1[3-9]\d{9}|0\d{9,11}|400\d{7})$/.test(digits)
    ? digits
    : new Fault(
        '应为 11 位手机号，或带区号的固定电话（如 025-开头）',
        'a mobile number of 11 digits, or a landline with its area code (such as 025-)',
      );
};

/** A day of the calendar as `YYYY-MM-DD`. */
export const day: Reader<string> = (value) => {
  const [, year, month, date] = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$/.exec(plain(value)) ?? [];
  const read = `${year}-${month?.padStart(2, '0')}-${date?.padStart(2, '0')}`;
  return isDate(read)
    ? read
    : new Fault('应为日历上存在的日期，如 2027-03-31', 'a day that the calendar has, such as 2027-03-31');
};

/** An instant given as day and time in Nanjing; the day may be 明天 or `tomorrow`. */
export const localTime: Reader<Date> = (value, city) => {
  const [date = '', time = ''] = plain(value).split(/[ T]+/);
  const isTomorrow = /^(明天|tomorrow)$/i.test(date);
  const read = isTomorrow ? dayOf(new Date(city.at.getTime() + 86_400_000)) : day(date, city);
  const [, hour = '', minute = ''] = /^(\d{1,2}):([0-5]\d)(?::[0-5]\d)?$/.exec(time) ?? [];
  if (read instanceof Fault || hour === '' || Number(hour) > 23)
    return new Fault(
      '应为日期和时间（北京时间），如 2027-03-31 09:30 或 明天 09:30',
      'a day and a time in China, such as 2027-03-31 09:30 or tomorrow 09:30',
    );
  return new Date(`${read}T${hour.padStart(2, '0')}:${minute}:00+08:00`);
};

/** A whole number within bounds. */
export const whole =
  (min: number, max: number): Reader<number> =>
  (value) => {
    const read = /^\d{1,12}$/.test(plain(value)) ? Number(plain(value)) : Number.NaN;
    return read >= min && read <= max
      ? read
      : new Fault(`应为 ${min} 至 ${max} 的整数`, `a whole number from ${min} to ${max}`);
  };

/** Degrees within bounds. */
export const degrees =
  (min: number, max: number): Reader<number> =>
  (value) => {
    const read = /^\d{1,3}(\.\d{1,12})?$/.test(plain(value)) ? Number(plain(value)) : Number.NaN;
    return read >= min && read <= max
      ? read
      : new Fault(`应为 ${min} 至 ${max} 度（WGS-84）`, `degrees from ${min} to ${max} (WGS-84)`);
  };

/** One of some words; the first of each stands for it in Chinese, the second in English. */
export function choice<T extends string | number>(
  words: ReadonlyMap<T, readonly [zh: string, en: string, ...more: string[]]>,
): Reader<T> {
  const all = [...words];
  const meaning = new Map(all.flatMap(([value, names]) => names.map((name) => [name.toLowerCase(), value])));
  return (value) =>
    meaning.get(plain(value).toLowerCase()) ??
    new Fault(
      `应为以下之一：${all.map(([, names]) => names[0]).join('、')}`,
      `one of: ${all.map(([, names]) => names[1]).join(', ')}`,
    );
}

const levels = { city: '市', district: '区', street: '街道', community: '社区' } as const;

/** A division of the city by code, of one level or of any. */
export const division =
  (level?: Area['level']): Reader<Area> =>
  (value, city) => {
    const area = city.areas.get(plain(value));
    if (area && (!level || area.level === level)) return area;
    return level
      ? new Fault(`应为本市${levels[level]}的区划代码`, `the division code of a ${level} of the city`)
      : new Fault('应为本市的区划代码', 'a division code of the city');
  };

/** Words between 、；;，, | / or spaces. */
const wordsOf = (value: string): string[] => [
  ...new Set(
    plain(value)
      .split(/[、;,|/\s]+/)
      .filter(Boolean),
  ),
];

/** Districts by code or name. */
export const districts: Reader<string[]> = (value, city) => {
  const all = [...city.areas.values()].filter((area) => area.level === 'district');
  const codes = wordsOf(value).map(
    (word) => all.find((area) => area.code === word || area.name === word)?.code,
  );
  return codes.length > 0 && codes.every((each) => each !== undefined)
    ? codes
    : new Fault(
        `应为区名或区划代码，用、分隔：${all.map((area) => area.name).join('、')}`,
        `districts by code or name, separated by ;, such as ${all.map((area) => area.code).join(';')}`,
      );
};

/** A service of the catalogue by code or name. */
export const service: Reader<string> = (value, city) => {
  const word = plain(value).toLowerCase();
  const found = city.catalogue.items.find(
    (each) => each.code === word || each.zh === word || each.en.toLowerCase() === word,
  );
  return (
    found?.code ??
    new Fault(
      `应为目录中的服务：${city.catalogue.items.map((each) => each.zh).join('、')}`,
      `a service of the catalogue: ${city.catalogue.items.map((each) => each.code).join(', ')}`,
    )
  );
};

/** Services of the catalogue; names of several words stand between ; or 、. */
export const services: Reader<string[]> = (value, city) => {
  const words = plain(value)
    .split(/[、;,|/]+/)
    .map((word) => word.trim())
    .filter(Boolean);
  const read = words.map((word) => service(word, city));
  const wrong = read.find((each) => each instanceof Fault);
  return wrong ?? [...new Set(read as string[])];
};

export interface ShiftDay {
  weekday: number;
  startMinute: number;
  endMinute: number;
}

/** Weekly hours: `1-5 08:00-18:00; 6 09:00-12:00`, Monday is 1. */
export const week: Reader<ShiftDay[]> = (value) => {
  const wrong = new Fault(
    '应为每周时段，如 1-5 08:00-18:00; 6 09:00-12:00（1 为周一，每天一段）',
    'weekly hours such as 1-5 08:00-18:00; 6 09:00-12:00 (1 is Monday; one span a day)',
  );
  const days: ShiftDay[] = [];
  for (const part of plain(value)
    .split(/\s*;\s*/)
    .filter(Boolean)) {
    const found = /^([1-7])(?:-([1-7]))? (\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)$/.exec(part);
    if (!found) return wrong;
    const [from = 0, until = 0, h1 = 0, m1 = 0, h2 = 0, m2 = 0] = found
      .slice(1)
      .map((each) => Number(each ?? 0));
    const [startMinute, endMinute] = [h1 * 60 + m1, h2 * 60 + m2];
    if (startMinute >= endMinute || endMinute > 1440 || (until && until < from)) return wrong;
    for (let weekday = from; weekday <= (until || from); weekday++)
      days.push({ weekday, startMinute, endMinute });
  }
  return days.length > 0 && new Set(days.map((each) => each.weekday)).size === days.length ? days : wrong;
};
