import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import { projectDir } from '../../db/connect/config.ts';

const dbDir = path.join(projectDir, 'db');
const notBooks = ['connect', 'migrations', 'demo', 'import'];
const books = readdirSync(dbDir).filter((name) => !notBooks.includes(name));

interface Table {
  book: string;
  /** How the code calls it, and how SQL does. */
  names: string[];
}

/** Every table with the book that owns it. */
async function tables(): Promise<Table[]> {
  const found: Table[] = [];
  for (const book of books) {
    const schemas = readdirSync(path.join(dbDir, book)).filter((file) => file.endsWith('schema.ts'));
    for (const file of schemas) {
      const exported: Record<string, unknown> = await import(path.join(dbDir, book, file));
      for (const [name, value] of Object.entries(exported)) {
        if (is(value, PgTable)) found.push({ book, names: [name, getTableName(value)] });
      }
    }
  }
  return found;
}

/** The tables a source writes: by drizzle's verbs, or by SQL of its own. */
function written(source: string): string[] {
  const byDrizzle = source.matchAll(/\.(?:insert|update|delete)\(\s*(\w+)\s*\)/g);
  const bySql = source.matchAll(/\b(?:insert\s+into|delete\s+from|update)\s+(?:\$\{)?(\w+)\}?\s/gi);
  return [...byDrizzle, ...bySql].map(([, name]) => name ?? '');
}

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file));
}

describe('the books', () => {
  it('each write only their own tables', async () => {
    const all = await tables();
    const trespasses = books.flatMap((book) =>
      sourcesOf(path.join(dbDir, book)).flatMap((file) =>
        written(readFileSync(file, 'utf8'))
          .filter((name) => all.some((table) => table.book !== book && table.names.includes(name)))
          .map((name) => `${path.relative(projectDir, file)} writes ${name}`),
      ),
    );
    expect(all.length).toBeGreaterThan(20);
    expect(trespasses).toEqual([]);
  });

  it('are the only code that writes tables', async () => {
    const all = await tables();
    const trespasses = ['api', 'worker'].flatMap((room) =>
      sourcesOf(path.join(projectDir, room)).flatMap((file) =>
        written(readFileSync(file, 'utf8'))
          .filter((name) => all.some((table) => table.names.includes(name)))
          .map((name) => `${path.relative(projectDir, file)} writes ${name}`),
      ),
    );
    expect(trespasses).toEqual([]);
  });

  it('never name the schema of a city, so that each city can have its own', () => {
    const naming = sourcesOf(dbDir).filter((file) =>
      /\bpublic\.\w+|pgSchema\(/.test(readFileSync(file, 'utf8')),
    );
    expect(naming.map((file) => path.relative(projectDir, file))).toEqual([]);
  });
});
