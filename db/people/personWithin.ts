/** Whether a person may be dealt with by the caller at all. */
import { and, eq, isNull, like } from 'drizzle-orm';
import { refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { persons } from './schema.ts';

/** A living person within reach; refuses with `not_found`. */
export async function personWithin(
  tx: Tx,
  reach: Reach,
  id: string,
): Promise<Pick<typeof persons.$inferSelect, 'id' | 'name' | 'birthDate' | 'areaCode'>> {
  const within =
    reach.kind === 'all' ||
    (reach.kind === 'elders' && reach.elderIds.includes(id)) ||
    (reach.kind === 'area' && like(persons.areaCode, `${reach.areaCode}%`));
  const [row] = within
    ? await tx
        .select({
          id: persons.id,
          name: persons.name,
          birthDate: persons.birthDate,
          areaCode: persons.areaCode,
        })
        .from(persons)
        .where(and(eq(persons.id, id), isNull(persons.closedAt), within === true ? undefined : within))
    : [];
  return row ?? refuse('not_found', 'personId');
}
