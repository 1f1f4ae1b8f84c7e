/** Both languages say the same things, and every key a page asks for exists. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

type Words = { [key: string]: string | Words };

const web = join(import.meta.dirname, '../../web');
const desks = readdirSync(join(web, 'i18n/zh-CN')).map((file) => file.replace(/\.ts$/, ''));

async function wordsOf(language: string): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (const desk of desks) {
    const { messages } = (await import(join(web, 'i18n', language, `${desk}.ts`))) as { messages: Words };
    flatten(messages, desk, all);
  }
  return all;
}

function flatten(words: Words, path: string, into: Map<string, string>): void {
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'string') into.set(`${path}.${key}`, value);
    else flatten(value, `${path}.${key}`, into);
  }
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'dist' || entry.name === 'i18n') return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.(vue|ts)$/.test(entry.name) ? [path] : [];
  });
}

/** Names of `{placeholders}` in a sentence, sorted. */
const placeholders = (sentence: string) => (sentence.match(/\{\w+\}/g) ?? []).sort().join(' ');

describe('the words of the pages', async () => {
  const zh = await wordsOf('zh-CN');
  const en = await wordsOf('en');
  const sources = sourceFiles(web).map((path) => ({ path, text: readFileSync(path, 'utf8') }));
  const deskNames = new Set(desks);
  const mentioned = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/(['`])([a-zA-Z]\w*)\.([\w.]+?(?:\.?\$\{[^}]*\}[\w.]*)*)\1/g)]
      .filter((match) => deskNames.has(match[2]!))
      .map((match) => ({ path, key: `${match[2]}.${match[3]}` })),
  );

  test('English has a word for every Chinese one, with the same places to fill', () => {
    expect([...en.keys()].sort()).toEqual([...zh.keys()].sort());
    const differing = [...zh].filter(([key, text]) => placeholders(text) !== placeholders(en.get(key) ?? ''));
    expect(differing).toEqual([]);
  });

  test('no English sentence is left in Chinese', () => {
    const left = [...en].filter(
      ([key, text]) => /[\u4e00-\u9fff]/.test(text) && !key.startsWith('common.language'),
    );
    expect(left).toEqual([]);
  });

  test('no word is empty', () => {
    expect([...zh, ...en].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  test('every key a page names exists', () => {
    expect(mentioned.length).toBeGreaterThan(100);
    const known = [...zh.keys()];
    const unknown = mentioned.filter(({ key }) => {
      const pattern = new RegExp(
        `^${key
          .split(/\$\{[^}]*\}/)
          .map((part) => part.replaceAll('.', '\\.'))
          .join('[\\w.]+')}($|\\.)`,
      );
      return !known.some((one) => pattern.test(one));
    });
    expect(unknown).toEqual([]);
  });

  test('every word is used by some page', () => {
    const exact = new Set(mentioned.filter(({ key }) => !key.includes('${')).map(({ key }) => key));
    const patterns = mentioned
      .filter(({ key }) => key.includes('${'))
      .map(
        ({ key }) =>
          new RegExp(
            `^${key
              .split(/\$\{[^}]*\}/)
              .map((part) => part.replaceAll('.', '\\.'))
              .join('[\\w.]+')}$`,
          ),
      );
    const unused = [...zh.keys()].filter(
      (key) => !exact.has(key) && !patterns.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });
});
