/** Providers, their carers, and the city's stations, as lists. */
import { and, asc, eq, gt, like } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import { persons } from '../people/schema.ts';
import { carers, providers, stations } from './schema.ts';

/** Providers that are open, by id, at most `limit`. */
export function listProviders(db: Database, limit: number, after: string | null) {
  return db
    .select({
      id: providers.id,
      name: providers.name,
      areaCode: providers.areaCode,
      districts: providers.districts,
      services: providers.services,
      phone: providers.phone,
      lat: providers.lat,
      lon: providers.lon,
    })
    .from(providers)
    .where(and(eq(providers.state, 'active'), after ? gt(providers.id, after) : undefined))
    .orderBy(asc(providers.id))
    .limit(limit);
}

/** Stations, meal points and centres under a division, by id, at most `limit`. */
export function listStations(db: Database, areaCode: string | null, limit: number, after: string | null) {
  return db
    .select({
      id: stations.id,
      name: stations.name,
      kind: stations.kind,
      areaCode: stations.areaCode,
      phone: stations.phone,
      lat: stations.lat,
      lon: stations.lon,
    })
    .from(stations)
    .where(
      and(
        areaCode ? like(stations.areaCode, `${areaCode}%`) : undefined,
        after ? gt(stations.id, after) : undefined,
      ),
    )
    .orderBy(asc(stations.id))
    .limit(limit);
}

/** A provider's carers who have not left, by id, at most `limit`. */
export function listCarers(db: Database, providerId: string, limit: number, after: string | null) {
  return db
    .select({
      personId: carers.personId,
      name: persons.name,
      gender: persons.gender,
      level: carers.level,
      certificateNumber: carers.certificateNumber,
      certificateUntil: carers.certificateUntil,
      takesBlocks: carers.takesBlocks,
      lat: persons.lat,
      lon: persons.lon,
    })
    .from(carers)
    .innerJoin(persons, eq(persons.id, carers.personId))
    .where(
      and(
        eq(carers.providerId, providerId),
        eq(carers.state, 'active'),
        after ? gt(carers.personId, after) : undefined,
      ),
    )
    .orderBy(asc(carers.personId))
    .limit(limit);
}

/** Whether there is such a provider. */
export async function providerExists(db: Database, id: string): Promise<boolean> {
  const [row] = await db.select({ id: providers.id }).from(providers).where(eq(providers.id, id));
  return row !== undefined;
}
