/** A calendar as RFC 5545 writes it. Instants are written in UTC, so that no reader needs our time zone. */
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { CalendarVisit } from '../../db/calendars/visitsOf.ts';
import type { Language } from '../http/problems.ts';

const REFRESH_SECONDS = 3600;
const MINUTE = 60_000;
const statuses = {
  asked: ICalEventStatus.TENTATIVE,
  planned: ICalEventStatus.CONFIRMED,
  cancelled: ICalEventStatus.CANCELLED,
} as const;
const words = {
  'zh-CN': {
    name: '互助 · 上门',
    female: '女士',
    male: '先生',
    address: (name: string, title: string) => `${name}${title}`,
    comes: (who: string) => `${who}上门`,
    nobody: '正在找人',
    seeApp: '详细地址请登录后查看。',
  },
  en: {
    name: 'Huzhu visits',
    female: 'Ms',
    male: 'Mr',
    address: (name: string, title: string) => `${title} ${name}`,
    comes: (who: string) => `${who} comes`,
    nobody: 'Somebody is being looked for',
    seeApp: 'Sign in to see the address.',
  },
} as const;

/**
 * The calendar's text. It names the service, the other side's family name and, for who makes the visit, district and
 * street: a calendar leaves the house, so no door, telephone or full name goes with it.
 */
export function calendarText(
  visits: readonly CalendarVisit[],
  language: Language,
  services: ReadonlyMap<string, { zh: string; en: string }>,
  host: string,
): string {
  const say = words[language];
  const calendar = ical({
    name: say.name,
    prodId: { company: 'huzhu', product: 'huzhu', language: language === 'en' ? 'EN' : 'ZH' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: REFRESH_SECONDS,
  });
  for (const visit of visits) {
    const service = services.get(visit.serviceCode)?.[language === 'en' ? 'en' : 'zh'] ?? visit.serviceCode;
    const who =
      visit.withFamilyName && visit.withGender
        ? say.address(visit.withFamilyName, say[visit.withGender])
        : null;
    const makes = visit.role === 'makes';
    calendar.createEvent({
      id: `${visit.uid}@${host}`,
      sequence: visit.version,
      stamp: visit.changedAt,
      lastModified: visit.changedAt,
      start: visit.startAt,
      end: new Date(visit.startAt.getTime() + visit.minutes * MINUTE),
      status: statuses[visit.state],
      summary: makes && who ? `${service} · ${who}` : service,
      location: visit.area,
      description: makes ? say.seeApp : who ? say.comes(who) : say.nobody,
    });
  }
  return calendar.toString();
}
