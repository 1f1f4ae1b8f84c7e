/** What every file is checked against: the city's divisions, services and rules at the instant of the import. */
import type { BankPolicy } from '../bank/rules.ts';
import { sqlState } from '../connect/act.ts';
import type { Database } from '../connect/database.ts';
import type { Area } from '../people/areas.ts';
import { allAreas } from '../people/areasAll.ts';
import { type Catalogue, catalogueAt } from '../services/catalogue.ts';
import { currentPolicy } from '../services/policies.ts';

export interface City {
  at: Date;
  /** Divisions by code. */
  areas: ReadonlyMap<string, Area>;
  catalogue: Catalogue;
  bank: BankPolicy;
  /** The version of the policy that `bank` is. */
  bankPolicyId: string;
}

/** Reads what the import needs to know of the city; null when the database holds no city yet. */
export async function readCity(db: Database, at: Date): Promise<City | null> {
  const areas = await allAreas(db).catch((error: unknown) => {
    if (sqlState(error) === '42P01') return [];
    throw error;
  });
  if (areas.length === 0) return null;
  const bank = await currentPolicy(db, 'bank', at);
  return {
    at,
    areas: new Map(areas.map((area) => [area.code, area])),
    catalogue: await catalogueAt(db, at),
    bank: bank.body,
    bankPolicyId: bank.id,
  };
}
