/** How a volunteer wants to help: how far, how often asked, with what. */
import { eq } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Database, Tx } from '../connect/database.ts';
import { volunteers } from './schema.ts';

export interface Volunteering {
  /** How far they go, metres. */
  maxMetres: number;
  /** At most so many requests a week. */
  weeklyAskCap: number;
  services: string[];
}

/** What a volunteer chose; refuses with `not_found` who is none. */
export async function volunteeringOf(db: Database | Tx, personId: string): Promise<Volunteering> {
  const [row] = await db
    .select({
      maxMetres: volunteers.maxMetres,
      weeklyAskCap: volunteers.weeklyAskCap,
      services: volunteers.services,
    })
    .from(volunteers)
    .where(eq(volunteers.personId, personId));
  return row ?? refuse('not_found', 'personId');
}

/** Keeps what a volunteer chose. */
export async function setVolunteering(tx: Tx, act: Act, personId: string, wish: Volunteering): Promise<void> {
  const services = [...new Set(wish.services)];
  const set = await tx
    .update(volunteers)
    .set({ ...wish, services })
    .where(eq(volunteers.personId, personId))
    .returning({ personId: volunteers.personId });
  if (set.length === 0) refuse('not_found', 'personId');
  await writeAudit(tx, act, [
    {
      action: 'volunteer.wishes',
      personId,
      detail: { maxMetres: wish.maxMetres, weeklyAskCap: wish.weeklyAskCap, services: services.join(' ') },
    },
  ]);
}
