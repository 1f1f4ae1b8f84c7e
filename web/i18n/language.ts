/** The reader's language: Simplified Chinese first, English complete; the choice is kept on the device. */
import { ref } from 'vue';
import { keep, recall } from '../parts/keep.ts';

export const languages = ['zh-CN', 'en'] as const;
export type Language = (typeof languages)[number];

export const language = ref<Language>(recall('language') === 'en' ? 'en' : 'zh-CN');

/** True when the reader has chosen, so that the account's language does not override it. */
export function languageChosen(): boolean {
  return recall('language') !== null;
}

export function keepLanguage(chosen: Language): void {
  keep('language', chosen);
}
