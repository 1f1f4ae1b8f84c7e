/** Who leads a team and where its station is. */
import { eq } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { stations } from '../providers/schema.ts';
import { teams } from './schema.ts';

/** The team; undefined when there is none. */
export async function teamOf(
  db: Database | Tx,
  teamId: string,
): Promise<{ leaderId: string; areaCode: string } | undefined> {
  const [row] = await db
    .select({ leaderId: teams.leaderId, areaCode: stations.areaCode })
    .from(teams)
    .innerJoin(stations, eq(stations.id, teams.stationId))
    .where(eq(teams.id, teamId));
  return row;
}
