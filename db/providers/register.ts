/** Registering providers, carers with their weekly hours, and stations; what is known already keeps its row. */
import { inArray } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { openAccounts } from '../bank/post.ts';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { carers, providers, shifts, stations } from './schema.ts';

export interface ProviderInput extends Omit<typeof providers.$inferInsert, 'id' | 'createdAt'> {
  id?: string;
}

/** Writes providers and opens their fen accounts; returns ids by credit code. */
export async function registerProviders(
  tx: Tx,
  act: Act,
  items: readonly ProviderInput[],
): Promise<Map<string, string>> {
  if (items.length === 0) return new Map();
  const made = await tx
    .insert(providers)
    .values(items.map((item) => ({ ...item, id: item.id ?? newId(act.at), createdAt: act.at })))
    .onConflictDoNothing()
    .returning({ id: providers.id });
  await openAccounts(
    tx,
    act,
    made.map(({ id }) => ({ ownerId: id, kind: 'provider', currency: 'fen' })),
  );
  await writeAudit(
    tx,
    act,
    made.map(({ id }) => ({ action: 'provider.registered', recordId: id })),
  );
  const rows = await tx
    .select({ id: providers.id, creditCode: providers.creditCode })
    .from(providers)
    .where(
      inArray(
        providers.creditCode,
        items.map((item) => item.creditCode),
      ),
    );
  return new Map(rows.map((row) => [row.creditCode, row.id]));
}

export interface CarerInput extends Omit<typeof carers.$inferInsert, 'state'> {
  /** Weekday 1 Monday … 7 Sunday; minutes since midnight in Asia/Shanghai. */
  week: readonly { weekday: number; startMinute: number; endMinute: number }[];
}

/** Makes persons carers of providers; returns those that were not yet. */
export async function registerCarers(tx: Tx, act: Act, items: readonly CarerInput[]): Promise<string[]> {
  if (items.length === 0) return [];
  const made = await tx
    .insert(carers)
    .values(items.map(({ week: _, ...item }) => item))
    .onConflictDoNothing()
    .returning({ personId: carers.personId });
  const fresh = new Set(made.map((row) => row.personId));
  const week = items
    .filter((item) => fresh.has(item.personId))
    .flatMap((item) => item.week.map((day) => ({ carerId: item.personId, ...day })));
  if (week.length > 0) await tx.insert(shifts).values(week);
  await writeAudit(
    tx,
    act,
    made.map(({ personId }) => ({ action: 'carer.registered', personId })),
  );
  return [...fresh];
}

export interface StationInput extends Omit<typeof stations.$inferInsert, 'id' | 'createdAt'> {
  id?: string;
}

/** Writes stations, meal points and centres; returns ids by code. */
export async function registerStations(
  tx: Tx,
  act: Act,
  items: readonly StationInput[],
): Promise<Map<string, string>> {
  if (items.length === 0) return new Map();
  await tx
    .insert(stations)
    .values(items.map((item) => ({ ...item, id: item.id ?? newId(act.at), createdAt: act.at })))
    .onConflictDoNothing();
  const rows = await tx
    .select({ id: stations.id, code: stations.code })
    .from(stations)
    .where(
      inArray(
        stations.code,
        items.map((item) => item.code),
      ),
    );
  return new Map(rows.map((row) => [row.code, row.id]));
}
