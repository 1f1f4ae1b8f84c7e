/** Whether a provider may be dealt with by the caller at all. */
import { and, eq, like } from 'drizzle-orm';
import { refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { providers } from './schema.ts';

/** A provider within reach, in whatever state; refuses with `not_found`. */
export async function providerWithin(
  tx: Tx,
  reach: Reach,
  id: string,
): Promise<{ id: string; name: string }> {
  const within =
    reach.kind === 'all' ||
    (reach.kind === 'area' && like(providers.areaCode, `${reach.areaCode}%`)) ||
    (reach.kind === 'provider' && reach.providerId === id);
  const [row] = within
    ? await tx
        .select({ id: providers.id, name: providers.name })
        .from(providers)
        .where(and(eq(providers.id, id), within === true ? undefined : within))
    : [];
  return row ?? refuse('not_found', 'providerId');
}
