/** When something happened, as exports of other systems write it. */
import { isDate } from '../../people/identity.ts';
import { Fault, type Reader } from '../columns.ts';

const fault = new Fault(
  '应为日期或时间，如 2026-03-31、2026-03-31 09:30:00 UTC 或 03/31/2026（月/日/年）',
  'a day or an instant, such as 2026-03-31, 2026-03-31 09:30:00 UTC or 03/31/2026 (month first)',
);

/** ISO 8601, or `YYYY-MM-DD hh:mm:ss` with `UTC` or an offset, UTC where none is given; a day may be `MM/DD/YYYY`. */
export const instant: Reader<Date> = (value) => {
  const text = value.normalize('NFKC').trim();
  const [, month = '', date = '', year = ''] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text) ?? [];
  if (year) return dayOf(`${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`);
  const [, day = '', time = '00:00:00', zone = 'Z'] =
    /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?) ?(Z|UTC|[-+]\d{2}:?\d{2})?)?$/.exec(
      text,
    ) ?? [];
  if (!isDate(day)) return fault;
  const offset = zone === 'UTC' ? 'Z' : zone.replace(/^([-+]\d{2})(\d{2})$/, '$1:$2');
  const read = new Date(`${day}T${time}${offset}`);
  return Number.isNaN(read.getTime()) ? fault : read;
};

const dayOf = (day: string): Date | Fault => (isDate(day) ? new Date(`${day}T00:00:00Z`) : fault);
