/** Numbers written out, for certificates: 一百二十 and one hundred and twenty. */
import type { Language } from '../../i18n/language.ts';

const digits = [...'零一二三四五六七八九'];
const places = ['', '十', '百', '千'];
const blocks = ['', '万', '亿'];
const MOST = 999_999_999;

/** A whole number from 0 to 999,999,999 in words. */
export function inWords(value: number, language: Language): string {
  if (!Number.isInteger(value) || value < 0 || value > MOST) throw new RangeError(`no words for ${value}`);
  return language === 'en' ? inEnglish(value) : inChinese(value);
}

function inChinese(value: number): string {
  if (value === 0) return digits[0]!;
  let text = '';
  for (let block = blocks.length - 1; block >= 0; block -= 1) {
    const part = Math.floor(value / 10_000 ** block) % 10_000;
    if (part === 0) continue;
    const before = value >= 10_000 ** (block + 1) && part < 1000;
    text += (before ? digits[0]! : '') + fourDigits(part) + blocks[block]!;
  }
  return text.replace(/^一十/, '十');
}

function fourDigits(value: number): string {
  let text = '';
  let gap = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(value / 10 ** place) % 10;
    if (digit === 0) {
      gap ||= text !== '';
      continue;
    }
    text += (gap ? digits[0]! : '') + digits[digit]! + places[place]!;
    gap = false;
  }
  return text;
}

const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const tens = '- - twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

function inEnglish(value: number): string {
  if (value < 20) return small[value]!;
  if (value < 100) return tens[Math.floor(value / 10)]! + (value % 10 ? `-${small[value % 10]}` : '');
  if (value < 1000) return joined(`${small[Math.floor(value / 100)]} hundred`, value % 100, ' and ');
  const [unit, name] = value < 1_000_000 ? ([1000, 'thousand'] as const) : ([1_000_000, 'million'] as const);
  const rest = value % unit;
  return joined(`${inEnglish(Math.floor(value / unit))} ${name}`, rest, rest < 100 ? ' and ' : ' ');
}

const joined = (head: string, rest: number, by: string): string =>
  rest === 0 ? head : head + by + inEnglish(rest);
