/**
 * Lengths of time as other time banks write them, exact: whole nanoseconds, signed. Minutes of our ledger are made of
 * them only at the end, and what makes no whole minute is told, never rounded up.
 */
import { Fault, type Reader } from '../columns.ts';

export type Span = bigint;

export const SECOND: Span = 1_000_000_000n;
export const MINUTE: Span = 60n * SECOND;
export const HOUR: Span = 60n * MINUTE;

/** No balance and no transfer is longer, either way. */
const MOST_MINUTES = 1_000_000n;

const tooLong = new Fault(
  `应在 ${MOST_MINUTES} 分钟以内，请核对单位`,
  `at most ${MOST_MINUTES} minutes; is it in the unit that was said?`,
);

const within = (span: Span): Span | Fault => {
  const most = MOST_MINUTES * MINUTE;
  return span <= most && span >= -most ? span : tooLong;
};

/** Full-width digits and signs as they are meant, the minus of typographers too. */
const plain = (text: string): string => text.normalize('NFKC').replaceAll('\u2212', '-').trim();

/** Whole seconds, as TimeOverflow keeps them. */
export const seconds: Reader<Span> = (value) => {
  const text = plain(value);
  if (/^-?\d{1,15}$/.test(text)) return within(BigInt(text) * SECOND);
  return new Fault(
    '单位是秒：应为整数，如 5400 表示一个半小时；1.5 或 1:30 是另一种单位',
    'the unit is the second: a whole number, such as 5400 for an hour and a half; 1.5 or 1:30 is another unit',
  );
};

/** `1:30`, hours and minutes. */
export const clock: Reader<Span> = (value) => {
  const read = readClock(plain(value));
  return read === null
    ? new Fault(
        '单位是时:分：如 1:30 表示一个半小时；1.5 或 5400 是另一种单位',
        'the unit is hours:minutes, such as 1:30 for an hour and a half; 1.5 or 5400 is another unit',
      )
    : within(read);
};

/** Decimal hours, `1.5`, or hours and minutes, `1:30`; below zero with a sign or in parentheses. */
export const hours: Reader<Span> = (value) => {
  const text = plain(value).replace(/^\((.+)\)$/, '-$1');
  const read = readClock(text) ?? readDecimal(text.replace(/(?<=\d),(?=\d{3}\b)/g, ''), HOUR);
  return read === null
    ? new Fault(
        '单位是小时：如 1.5 或 1:30，负数写 -1.5 或 (1.5)',
        'the unit is the hour: such as 1.5 or 1:30, below zero -1.5 or (1.5)',
      )
    : within(read);
};

/** Decimals of a unit of so many nanoseconds, with at most 6 places. */
export const units =
  (unit: Span): Reader<Span> =>
  (value) => {
    const read = readDecimal(plain(value), unit);
    return read === null
      ? new Fault(
          '单位是该社区的货币单位：应为小数，如 1.5 或 -0.25，最多 6 位小数，不含千分位',
          'the unit is that of the exchange’s currency: a decimal such as 1.5 or -0.25, at most 6 places, no thousands separator',
        )
      : within(read);
  };

/** A length of time that is above zero. */
export const above =
  (read: Reader<Span>): Reader<Span> =>
  (value, city) => {
    const span = read(value, city);
    return span instanceof Fault || span > 0n ? span : new Fault('应大于 0', 'above 0');
  };

/** The nanoseconds of a currency's unit that is worth so many minutes, of 2 decimals at most; null when it is none. */
export function unitOf(minutes: string): Span | null {
  const text = plain(minutes);
  const read = /^\d{1,5}(\.\d{1,2})?$/.test(text) ? readDecimal(text, MINUTE) : null;
  return read !== null && read > 0n && read <= 10_000n * MINUTE ? read : null;
}

function readClock(text: string): Span | null {
  const [, sign, hour = '', minute = ''] = /^([-+]?)(\d{1,7}):([0-5]\d)$/.exec(text) ?? [];
  if (hour === '') return null;
  const span = BigInt(hour) * HOUR + BigInt(minute) * MINUTE;
  return sign === '-' ? -span : span;
}

function readDecimal(text: string, unit: Span): Span | null {
  const [, sign, whole = '', part = ''] = /^([-+]?)(\d{1,12})(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  if (whole === '') return null;
  const span = (BigInt(whole + part) * unit) / 10n ** BigInt(part.length);
  return sign === '-' ? -span : span;
}

/** Whole minutes of a span, without what makes none; its sign stays. */
export const minutesOf = (span: Span): number => Number(span / MINUTE);

/** Hours and minutes, and seconds where there are any: `12:30`, `-0:00:20`. */
export function hoursText(span: Span): string {
  const length = span < 0n ? -span : span;
  const two = (n: bigint) => String(n).padStart(2, '0');
  const rest = length % MINUTE;
  const places =
    rest % SECOND === 0n
      ? ''
      : `.${String(rest % SECOND)
          .padStart(9, '0')
          .replace(/0+$/, '')}`;
  const after = rest === 0n ? '' : `:${two(rest / SECOND)}${places}`;
  return `${span < 0n ? '-' : ''}${length / HOUR}:${two((length / MINUTE) % 60n)}${after}`;
}
