/** Registering people: personal data sealed, accounts opened, what the city grants posted, all in one transaction. */
import { inArray } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { openAccounts } from '../bank/post.ts';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { digest, seal } from '../connect/seal.ts';
import { grantMonth } from './grants.ts';
import { coarse, type ElderProfile, isKeyElder } from './rules.ts';
import { elders, persons, volunteers } from './schema.ts';

export interface PersonInput {
  id?: string;
  name: string;
  gender: 'female' | 'male';
  /** `YYYY-MM-DD`. */
  birthDate: string;
  identityNumber: string | null;
  phone: string | null;
  address: string | null;
  /** The exact home, WGS-84. */
  position: { lat: number; lon: number };
  /** Community code, 12 digits. */
  areaCode: string;
  language?: 'zh-CN' | 'en';
}

/** Writes persons; one whose identity number is known already keeps its row. Returns ids in the order given. */
export async function registerPersons(
  tx: Tx,
  act: Act,
  items: readonly PersonInput[],
): Promise<{ id: string; known: boolean }[]> {
  if (items.length === 0) return [];
  const digests = items.map((item) => (item.identityNumber ? digest('identity', item.identityNumber) : null));
  const wanted = digests.filter((each) => each !== null);
  const found = wanted.length
    ? await tx
        .select({ id: persons.id, identityDigest: persons.identityDigest })
        .from(persons)
        .where(inArray(persons.identityDigest, wanted))
    : [];
  const knownIds = new Map(
    found.map((row) => [Buffer.from(row.identityDigest ?? []).toString('hex'), row.id]),
  );
  const fresh: (typeof persons.$inferInsert)[] = [];
  const results = items.map((item, i) => {
    const identityDigest = digests[i] ?? null;
    const hex = identityDigest?.toString('hex');
    const known = hex ? knownIds.get(hex) : undefined;
    if (known) return { id: known, known: true };
    const id = item.id ?? newId(act.at);
    if (hex) knownIds.set(hex, id);
    fresh.push({
      id,
      name: item.name,
      gender: item.gender,
      birthDate: item.birthDate,
      identityDigest,
      identitySealed: seal(item.identityNumber),
      phoneDigest: item.phone ? digest('phone', item.phone) : null,
      phoneSealed: seal(item.phone),
      addressSealed: seal(item.address),
      positionSealed: seal(JSON.stringify(item.position)),
      ...coarse(item.position),
      areaCode: item.areaCode,
      language: item.language ?? 'zh-CN',
      createdAt: act.at,
    });
    return { id, known: false };
  });
  if (fresh.length > 0) await insertRows(tx, persons, fresh);
  await writeAudit(
    tx,
    act,
    fresh.map((person) => ({ action: 'person.registered', personId: person.id })),
  );
  return results;
}

export interface ElderInput extends Omit<ElderProfile, 'birthDate'> {
  personId: string;
  birthDate: string;
  carerGender: 'female' | 'male' | null;
  hazards: string | null;
  /** 4 digits (S10). */
  doorCode: string;
}

/**
 * Makes persons elders, opens their accounts and posts what they are granted: key elders a month's minutes (T8),
 * subsidised ones a month's fen. Those who are elders already are passed over.
 */
export async function registerElders(tx: Tx, act: Act, items: readonly ElderInput[]): Promise<string[]> {
  if (items.length === 0) return [];
  const rows = items.map(({ birthDate, hazards, doorCode, ...item }) => ({
    ...item,
    keyElder: isKeyElder({ birthDate, ...item }, act.at),
    hazardsSealed: seal(hazards),
    doorCodeSealed: seal(doorCode),
  }));
  const made = await tx
    .insert(elders)
    .values(rows)
    .onConflictDoNothing()
    .returning({ personId: elders.personId, keyElder: elders.keyElder, subsidyClass: elders.subsidyClass });
  await openAccounts(
    tx,
    act,
    made.map(({ personId }) => ({ ownerId: personId, kind: 'personal', currency: 'min' })),
  );
  await grantMonth(tx, act, made);
  return made.map((row) => row.personId);
}

export interface VolunteerInput {
  personId: string;
  stationId: string;
  services: readonly string[];
  state?: 'applied' | 'station_approved' | 'active';
  /** How far they go, metres. */
  maxMetres?: number;
  /** How often a week they want to be asked. */
  weeklyAskCap?: number;
  /** Wants to be asked only when the others have been. */
  backup?: boolean;
}

/** Makes persons volunteers and opens their accounts; those who are volunteers already are passed over. */
export async function registerVolunteers(
  tx: Tx,
  act: Act,
  items: readonly VolunteerInput[],
): Promise<string[]> {
  if (items.length === 0) return [];
  const made = await tx
    .insert(volunteers)
    .values(
      items.map((item) => ({
        ...item,
        services: [...item.services],
        state: item.state ?? ('applied' as const),
        joinedAt: act.at,
      })),
    )
    .onConflictDoNothing()
    .returning({ personId: volunteers.personId });
  await openAccounts(
    tx,
    act,
    made.map(({ personId }) => ({ ownerId: personId, kind: 'personal', currency: 'min' })),
  );
  return made.map((row) => row.personId);
}
