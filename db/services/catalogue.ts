/** The catalogue in force at an instant (S1). */
import { asc, eq } from 'drizzle-orm';
import type { Database, Tx } from '../connect/database.ts';
import { currentPolicy } from './policies.ts';
import { services } from './schema.ts';

export type Service = typeof services.$inferSelect;

export interface Catalogue {
  policyId: string;
  version: number;
  items: Service[];
  byCode: Map<string, Service>;
}

/** Services of the policy in force, in the catalogue's order. */
export async function catalogueAt(db: Database | Tx, at: Date): Promise<Catalogue> {
  const policy = await currentPolicy(db, 'catalogue', at);
  const items = await db
    .select()
    .from(services)
    .where(eq(services.policyId, policy.id))
    .orderBy(asc(services.position));
  return {
    policyId: policy.id,
    version: policy.version,
    items,
    byCode: new Map(items.map((service) => [service.code, service])),
  };
}
