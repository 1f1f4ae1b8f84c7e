/** The kinds of files there are, in the order in which a city brings them in. */
import type { Kind } from './columns.ts';
import { carers } from './kinds/carers.ts';
import { openingBalances } from './kinds/openingBalances.ts';
import { orders } from './kinds/orders.ts';
import { people } from './kinds/people.ts';
import { providers } from './kinds/providers.ts';
import { stations } from './kinds/stations.ts';

/** A kind whatever its rows are. */
export type AnyKind = Kind<Record<string, unknown>>;

export const kindNames = ['stations', 'people', 'providers', 'carers', 'opening-balances', 'orders'] as const;
export type KindName = (typeof kindNames)[number];

export const kinds = {
  stations,
  people,
  providers,
  carers,
  'opening-balances': openingBalances,
  orders,
} as unknown as Record<KindName, AnyKind>;
