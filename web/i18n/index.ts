/** Messages come a desk at a time and only in the language in use; a desk's words live in `<language>/<desk>.ts`. */
import { createI18n } from 'vue-i18n';
import { keepLanguage, type Language, language } from './language.ts';

type Words = { [key: string]: string | Words };
type Load = () => Promise<{ messages: Words }>;

const files = import.meta.glob<{ messages: Words }>('./{zh-CN,en}/*.ts') as Record<string, Load>;
const wanted = new Set<string>();
const loaded = new Set<string>();

export const i18n = createI18n({
  legacy: false,
  locale: language.value,
  fallbackLocale: 'zh-CN',
  messages: {} as Record<string, Words>,
  missingWarn: import.meta.env.DEV,
  fallbackWarn: false,
});

/** Loads the words of the named desks in the present language; a page is shown only after this. */
export async function loadWords(desks: readonly string[]): Promise<void> {
  for (const desk of desks) wanted.add(desk);
  await Promise.all(desks.map((desk) => loadInto(language.value, desk)));
}

/** Switches the language everywhere at once and remembers it. */
export async function setLanguage(chosen: Language): Promise<void> {
  await Promise.all([...wanted].map((desk) => loadInto(chosen, desk)));
  keepLanguage(chosen);
  show(chosen);
}

/** Follows the account's language without making it the device's choice. */
export async function followLanguage(chosen: Language): Promise<void> {
  await Promise.all([...wanted].map((desk) => loadInto(chosen, desk)));
  show(chosen);
}

function show(chosen: Language): void {
  language.value = chosen;
  i18n.global.locale.value = chosen;
  document.documentElement.lang = chosen;
}

async function loadInto(locale: Language, desk: string): Promise<void> {
  const name = `./${locale}/${desk}.ts`;
  if (loaded.has(name)) return;
  const load = files[name];
  if (!load) throw new Error(`No words for ${name}`);
  const { messages } = await load();
  i18n.global.mergeLocaleMessage(locale, { [desk]: messages });
  loaded.add(name);
}
