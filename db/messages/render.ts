/** Putting a message into words in a language. */
import type { MessageLanguage } from './rules.ts';
import { type MessageParams, type MessageTemplate, templates } from './templates.ts';

export interface Said {
  title: string;
  text: string;
  /** Where a touch leads, a path of the pages. */
  page: string;
}

/** The names of services by code. */
export type ServiceNames = ReadonlyMap<string, { zh: string; en: string }>;

const instants = new Set(['at', 'until']);
const dayForm = { month: 'short', day: 'numeric', timeZone: 'Asia/Shanghai' } as const;
const clockForm = {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'Asia/Shanghai',
} as const;
const locales = { 'zh-CN': 'zh-CN', en: 'en-GB' } as const;
const formats = {
  'zh-CN': formatsOf('zh-CN'),
  en: formatsOf('en'),
};

function formatsOf(language: MessageLanguage) {
  return {
    day: new Intl.DateTimeFormat(locales[language], dayForm),
    clock: new Intl.DateTimeFormat(locales[language], clockForm),
  };
}

/** A kind of certificate by its code; one that a city added keeps its own name. */
const certificates: Readonly<Record<string, { zh: string; en: string }>> = {
  vocational: { zh: '职业技能等级证书', en: 'The vocational certificate' },
  health: { zh: '健康证', en: 'The health certificate' },
  first_aid: { zh: '急救证', en: 'The first-aid certificate' },
};

function saidParam(
  name: string,
  value: string | number,
  language: MessageLanguage,
  services: ServiceNames,
): string {
  const short = language === 'en' ? 'en' : 'zh';
  const { day, clock } = formats[language];
  if (instants.has(name)) {
    const at = new Date(value);
    return language === 'en'
      ? `${day.format(at)}, ${clock.format(at)}`
      : `${day.format(at)}${clock.format(at)}`;
  }
  if (name === 'on') return day.format(new Date(`${value}T12:00:00+08:00`));
  if (name === 'service') return services.get(String(value))?.[short] ?? String(value);
  if (name === 'certificate') return certificates[value]?.[short] ?? String(value);
  return String(value);
}

/** What a message says, with its instants in Asia/Shanghai. */
export function say(
  template: MessageTemplate,
  params: MessageParams,
  language: MessageLanguage,
  services: ServiceNames,
): Said {
  const { zh, en, page } = templates[template];
  const fill = (words: string) =>
    words.replace(/\{(\w+)\}/g, (_, name: string) => saidParam(name, params[name] ?? '', language, services));
  const { title, text } = language === 'en' ? en : zh;
  return { title: fill(title), text: fill(text), page };
}
