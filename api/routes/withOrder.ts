/** How something is done with an order: found within reach, in the version the caller has seen, answered as it is then. */
import type { Context } from 'hono';
import { type Act, refuse } from '../../db/connect/act.ts';
import type { Tx } from '../../db/connect/database.ts';
import { lockOrders } from '../../db/orders/transition.ts';
import { findOrder } from '../../db/orders/views.ts';
import { expectedVersion } from '../http/conditional.ts';
import type { ApiContext, Env } from '../http/context.ts';
import { carryOut } from '../http/idempotency.ts';
import { Problem } from '../http/problems.ts';
import { written } from '../http/written.ts';

/** Makes the function that does something with one order for a caller. */
export function actsOnOrders(context: ApiContext) {
  /** Does something with an order within reach, if its version is the one the caller has seen; answers with it. */
  return async (c: Context<Env>, id: string, work: (tx: Tx, act: Act) => Promise<unknown>) => {
    const reach = c.get('reach');
    const seen = expectedVersion(c);
    const order = await findOrder(context.db, reach, id);
    if (!order) throw new Problem('not_found', { field: 'id' });
    return carryOut(
      c,
      context,
      async (tx, act) => {
        if (seen !== null) {
          const locked = (await lockOrders(tx, [id])).get(id);
          if (locked?.version !== seen) refuse('stale', 'If-Match', { version: locked?.version ?? 0 });
        }
        await work(tx, act);
        return written((await findOrder(tx, reach, id)) ?? order);
      },
      { onBehalfOf: order.elder.id, version: (value) => value.version },
    );
  };
}
