/** What the book has already, by the codes that other registers use. */
import { inArray, or } from 'drizzle-orm';
import type { Database } from '../connect/database.ts';
import { carers, providers, stations } from './schema.ts';

/** Ids of providers by credit code; unknown ones are left out. */
export async function providersByCreditCode(
  db: Database,
  codes: readonly string[],
): Promise<Map<string, string>> {
  if (codes.length === 0) return new Map();
  const rows = await db
    .select({ id: providers.id, creditCode: providers.creditCode })
    .from(providers)
    .where(inArray(providers.creditCode, [...new Set(codes)]));
  return new Map(rows.map((row) => [row.creditCode, row.id]));
}

/** Ids and kinds of stations by code; unknown ones are left out. */
export async function stationsByCode(
  db: Database,
  codes: readonly string[],
): Promise<Map<string, Pick<typeof stations.$inferSelect, 'id' | 'kind'>>> {
  if (codes.length === 0) return new Map();
  const rows = await db
    .select({ id: stations.id, code: stations.code, kind: stations.kind })
    .from(stations)
    .where(inArray(stations.code, [...new Set(codes)]));
  return new Map(rows.map(({ code, ...station }) => [code, station]));
}

/** Carers who hold one of the certificates or are one of the persons. */
export async function carersKnown(
  db: Database,
  certificates: readonly string[],
  personIds: readonly string[],
): Promise<Pick<typeof carers.$inferSelect, 'personId' | 'certificateNumber'>[]> {
  if (certificates.length + personIds.length === 0) return [];
  return db
    .select({ personId: carers.personId, certificateNumber: carers.certificateNumber })
    .from(carers)
    .where(
      or(
        inArray(carers.certificateNumber, [...new Set(certificates)]),
        inArray(carers.personId, [...new Set(personIds)]),
      ),
    );
}
