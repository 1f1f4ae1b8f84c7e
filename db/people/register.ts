/** Registering people: personal data sealed, accounts opened, what the city grants posted, all in one transaction. */
import { inArray } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import {
  type AccountName,
  accountKey,
  cityCode,
  openAccounts,
  openCityAccounts,
  type Posting,
  post,
} from '../bank/post.ts';
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { insertRows } from '../connect/insertRows.ts';
import { digest, seal } from '../connect/seal.ts';
import { monthOf } from '../quality/rules.ts';
import { currentPolicy } from '../services/policies.ts';
import { coarse, type ElderProfile, isKeyElder } from './rules.ts';
import { elders, mandates, persons, volunteers } from './schema.ts';

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
  await grantMonth(tx, act, made);
  return made.map((row) => row.personId);
}

/** Opens elders' accounts and posts a month's grants, once a month and elder. */
async function grantMonth(
  tx: Tx,
  act: Act,
  made: readonly Pick<typeof elders.$inferSelect, 'personId' | 'keyElder' | 'subsidyClass'>[],
): Promise<void> {
  const bank = await currentPolicy(tx, 'bank', act.at);
  const names = made.flatMap(({ personId, keyElder, subsidyClass }): AccountName[] => [
    { ownerId: personId, kind: 'personal', currency: 'min' },
    ...(keyElder ? [{ ownerId: personId, kind: 'grant', currency: 'min' } as const] : []),
    ...(subsidyClass === 'none' ? [] : [{ ownerId: personId, kind: 'grant', currency: 'fen' } as const]),
  ]);
  const city = await openCityAccounts(tx, act, []);
  const accounts = await openAccounts(tx, act, names);
  const month = monthOf(act.at);
  const subsidyOf = new Map(made.map((row) => [row.personId, row.subsidyClass]));
  const postings = names.flatMap((name): Posting[] => {
    const subsidy = subsidyOf.get(name.ownerId) ?? 'none';
    const amount =
      name.kind === 'personal'
        ? 0
        : name.currency === 'min'
          ? bank.body.grantMinutes
          : subsidy === 'none'
            ? 0
            : bank.body.subsidyFen[subsidy];
    if (amount === 0) return [];
    return [
      {
        debit: city.get(
          accountKey({ ownerId: cityCode, kind: 'issuance', currency: name.currency }),
        ) as string,
        credit: accounts.get(accountKey(name)) as string,
        amount,
        currency: name.currency,
        cause: 'grant',
        key: `grant:${month}:${accountKey(name)}`,
        policyId: bank.id,
      },
    ];
  });
  await post(tx, act, postings);
}

/** Posts the month's grants of all elders entitled to them; safe to repeat. */
export async function grantThisMonth(tx: Tx, act: Act): Promise<void> {
  const rows = await tx
    .select({ personId: elders.personId, keyElder: elders.keyElder, subsidyClass: elders.subsidyClass })
    .from(elders);
  const entitled = rows.filter((row) => row.keyElder || row.subsidyClass !== 'none');
  for (let i = 0; i < entitled.length; i += 1000) await grantMonth(tx, act, entitled.slice(i, i + 1000));
}

export interface VolunteerInput {
  personId: string;
  stationId: string;
  services: readonly string[];
  state?: 'applied' | 'station_approved' | 'active';
  /** How far they go, metres. */
  maxMetres?: number;
  weeklyAskCap?: number;
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

export interface MandateInput {
  elderId: string;
  delegateId: string;
  relation: 'spouse' | 'child' | 'grandchild' | 'sibling' | 'other';
  scopes: readonly ('book' | 'see' | 'spend')[];
  validUntil?: Date | null;
}

/** Records elders' consent that others act for them. */
export async function grantMandates(tx: Tx, act: Act, items: readonly MandateInput[]): Promise<void> {
  if (items.length === 0) return;
  await tx.insert(mandates).values(
    items.map((item) => ({
      ...item,
      id: newId(act.at),
      scopes: [...item.scopes],
      validFrom: act.at,
      validUntil: item.validUntil ?? null,
      recordedBy: act.actorId,
    })),
  );
  await writeAudit(
    tx,
    act,
    items.map((item) => ({ action: 'mandate.recorded', personId: item.elderId, recordId: item.delegateId })),
  );
}
