/** What booking and visiting need to know of elders. */
import { eq } from 'drizzle-orm';
import { anyOf } from '../connect/anyOf.ts';
import type { Database, Tx } from '../connect/database.ts';
import { unseal } from '../connect/seal.ts';
import { elders, persons } from './schema.ts';

export interface ElderToServe {
  id: string;
  areaCode: string;
  lat: number;
  lon: number;
  /** `YYYY-MM-DD`. */
  birthDate: string;
  /** GB/T 42195: 0 intact … 4 complete loss. */
  abilityLevel: number;
  subsidyClass: (typeof elders.$inferSelect)['subsidyClass'];
  keyElder: boolean;
  /** The exact home in WGS-84, for the distance of a check-in; null when unknown. */
  home: { lat: number; lon: number } | null;
  /** The 4 digits told at the door (S10). */
  doorCode: string;
  /** Of the codes shown at the door. */
  doorKeyVersion: number;
}

/** Elders by id; unknown ones are left out. */
export async function eldersToServe(
  db: Database | Tx,
  ids: readonly string[],
): Promise<Map<string, ElderToServe>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({
      id: persons.id,
      areaCode: persons.areaCode,
      lat: persons.lat,
      lon: persons.lon,
      positionSealed: persons.positionSealed,
      birthDate: persons.birthDate,
      abilityLevel: elders.abilityLevel,
      subsidyClass: elders.subsidyClass,
      keyElder: elders.keyElder,
      doorCodeSealed: elders.doorCodeSealed,
      doorKeyVersion: elders.doorKeyVersion,
    })
    .from(elders)
    .innerJoin(persons, eq(persons.id, elders.personId))
    .where(anyOf(elders.personId, [...new Set(ids)]));
  return new Map(
    rows.map(({ positionSealed, doorCodeSealed, ...elder }) => {
      const home = unseal(positionSealed);
      return [
        elder.id,
        {
          ...elder,
          home: home ? (JSON.parse(home) as ElderToServe['home']) : null,
          doorCode: unseal(doorCodeSealed),
        },
      ];
    }),
  );
}
