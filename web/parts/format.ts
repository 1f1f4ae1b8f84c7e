/** The one way to write days, times, minutes, money and distances, in the reader's language and the city's time. */
import { computed } from 'vue';
import { type Language, language } from '../i18n/language.ts';
import { addDays, cityDay, cityZone } from './time.ts';

export interface Formats {
  /** 11月24日 星期二 · Tue 24 Nov */
  day(at: string | Date): string;
  /** 今天, 明天, 昨天, otherwise the day. */
  nearDay(at: string | Date): string;
  /** 09:30 */
  time(at: string | Date): string;
  /** Day and time in one. */
  moment(at: string | Date): string;
  /** Year, day and time, for records. */
  stamp(at: string | Date): string;
  /** 2026年11月24日 · 24 November 2026 */
  date(at: string | Date): string;
  /** 2026年11月 · November 2026, of `2026-11` or an instant. */
  month(at: string | Date): string;
  /** 1 小时 30 分钟; a minus sign for what was spent. */
  minutes(minutes: number): string;
  /** ¥58.00 from integer fen. */
  yuan(fen: number): string;
  /** 350 米, 1.2 公里 */
  distance(metres: number): string;
  number(value: number, digits?: number): string;
  percent(share: number, digits?: number): string;
}

const cache = new Map<Language, Formats>();

/** Formats in the given language; pure, so that tests need no page. */
export function formatsIn(locale: Language): Formats {
  const known = cache.get(locale);
  if (known) return known;
  const made = make(locale);
  cache.set(locale, made);
  return made;
}

/** Formats that follow the language switch: `const f = useFormat()`, in the template `f.day(order.startAt)`. */
export function useFormat(): Formats {
  const current = computed(() => formatsIn(language.value));
  return {
    day: (at) => current.value.day(at),
    nearDay: (at) => current.value.nearDay(at),
    time: (at) => current.value.time(at),
    moment: (at) => current.value.moment(at),
    stamp: (at) => current.value.stamp(at),
    date: (at) => current.value.date(at),
    month: (at) => current.value.month(at),
    minutes: (minutes) => current.value.minutes(minutes),
    yuan: (fen) => current.value.yuan(fen),
    distance: (metres) => current.value.distance(metres),
    number: (value, digits) => current.value.number(value, digits),
    percent: (share, digits) => current.value.percent(share, digits),
  };
}

function make(locale: Language): Formats {
  const zh = locale === 'zh-CN';
  const tag = zh ? 'zh-CN' : 'en-GB';
  const writer = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(tag, { timeZone: cityZone, hourCycle: 'h23', ...options });
  const dayWriter = writer({
    month: zh ? 'long' : 'short',
    day: 'numeric',
    weekday: zh ? 'long' : 'short',
  });
  const timeWriter = writer({ hour: '2-digit', minute: '2-digit' });
  const stampWriter = writer({
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  const dateWriter = writer({ year: 'numeric', month: 'long', day: 'numeric' });
  const monthWriter = writer({ year: 'numeric', month: 'long' });
  const money = new Intl.NumberFormat(tag, {
    style: 'currency',
    currency: 'CNY',
    currencyDisplay: 'narrowSymbol',
  });
  const near = zh ? ['昨天', '今天', '明天', '后天'] : ['Yesterday', 'Today', 'Tomorrow'];

  const day = (at: string | Date) => {
    const text = dayWriter.format(new Date(at));
    return zh ? text.replace(/星期/, ' 星期') : text.replace(',', '');
  };
  const time = (at: string | Date) => timeWriter.format(new Date(at));
  const nearDay = (at: string | Date) => {
    const today = cityDay(Date.now());
    const that = cityDay(new Date(at));
    const index = near.findIndex((_, offset) => addDays(today, offset - 1) === that);
    return index < 0 ? day(at) : near[index]!;
  };
  const number = (value: number, digits = 0) =>
    new Intl.NumberFormat(tag, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
      value,
    );

  return {
    day,
    nearDay,
    time,
    moment: (at) => `${nearDay(at)} ${time(at)}`,
    stamp: (at) => stampWriter.format(new Date(at)).replaceAll('/', '-').replace(',', ''),
    date: (at) => dateWriter.format(new Date(at)),
    month: (at) => monthWriter.format(new Date(at)),
    minutes: (minutes) => minutesText(minutes, zh),
    yuan: (fen) => money.format(fen / 100),
    distance: (metres) => distanceText(metres, zh),
    number,
    percent: (share, digits = 0) => `${number(share * 100, digits)}%`,
  };
}

function minutesText(minutes: number, zh: boolean): string {
  const sign = minutes < 0 ? '−' : '';
  const whole = Math.abs(Math.round(minutes));
  const hours = Math.floor(whole / 60);
  const rest = whole % 60;
  const parts: string[] = [];
  if (hours > 0) parts.push(zh ? `${hours} 小时` : `${hours} h`);
  if (rest > 0 || hours === 0) parts.push(zh ? `${rest} 分钟` : `${rest} min`);
  return sign + parts.join(' ');
}

function distanceText(metres: number, zh: boolean): string {
  if (metres < 1000) return `${Math.max(10, Math.round(metres / 10) * 10)} ${zh ? '米' : 'm'}`;
  return `${(metres / 1000).toFixed(1)} ${zh ? '公里' : 'km'}`;
}
