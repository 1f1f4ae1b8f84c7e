/** The language in which a person is told things. */
import { eq } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { persons } from './schema.ts';

type Language = (typeof persons.$inferSelect)['language'];

/** A person's language; null where there is no such person. */
export async function languageOf(db: Database | Tx, personId: string): Promise<Language | null> {
  const [row] = await db.select({ language: persons.language }).from(persons).where(eq(persons.id, personId));
  return row?.language ?? null;
}

/** Sets a person's language. */
export async function setLanguage(tx: Tx, personId: string, language: Language): Promise<void> {
  await tx.update(persons).set({ language }).where(eq(persons.id, personId));
}
