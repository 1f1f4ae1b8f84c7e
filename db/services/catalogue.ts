/** The catalogue in force at an instant (S1). */
import { asc, eq } from 'drizzle-orm';
import { anyOf } from '../connect/anyOf.ts';
import type { Database, Tx } from '../connect/database.ts';
import { currentPolicy, type Policy } from './policies.ts';
import { services } from './schema.ts';

export type Service = typeof services.$inferSelect;

export interface Catalogue {
  policyId: string;
  version: number;
  effectiveFrom: Date;
  items: Service[];
  byCode: Map<string, Service>;
}

/** The services that orders were booked under, by `policyId:code`: a later catalogue does not change what they cost. */
export async function servicesUnder(
  db: Database | Tx,
  policyIds: readonly string[],
): Promise<Map<string, Service>> {
  if (policyIds.length === 0) return new Map();
  const rows = await db
    .select()
    .from(services)
    .where(anyOf(services.policyId, [...new Set(policyIds)]));
  return new Map(rows.map((service) => [`${service.policyId}:${service.code}`, service]));
}

/** The catalogue in force at an instant. */
export async function catalogueAt(db: Database | Tx, at: Date): Promise<Catalogue> {
  return catalogueUnder(db, await currentPolicy(db, 'catalogue', at));
}

/** Services of a policy, in the catalogue's order. */
export async function catalogueUnder(db: Database | Tx, policy: Policy<'catalogue'>): Promise<Catalogue> {
  const items = await db
    .select()
    .from(services)
    .where(eq(services.policyId, policy.id))
    .orderBy(asc(services.position));
  return {
    policyId: policy.id,
    version: policy.version,
    effectiveFrom: policy.effectiveFrom,
    items,
    byCode: new Map(items.map((service) => [service.code, service])),
  };
}
