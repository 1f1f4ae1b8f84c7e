/** Elders as those see them who may: masked by default, unmasked only with a reason that is recorded (PIPL). */
import { and, asc, eq, gt, ilike, inArray, isNull, like, type SQL, sql } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import { anyOf } from '../connect/anyOf.ts';
import type { Database, Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { digest, unseal } from '../connect/seal.ts';
import { maskAddress, maskName, maskPhone } from './mask.ts';
import { ageOn } from './rules.ts';
import { areas, elders, persons } from './schema.ts';

export interface ElderView {
  id: string;
  /** Masked unless the reader is the elder or acts for them. */
  name: string;
  nameMasked: string;
  age: number;
  gender: 'female' | 'male';
  areaCode: string;
  areaName: string;
  /** GB/T 42195: 0 intact … 4 complete loss. */
  abilityLevel: number;
  living: 'alone' | 'empty_nest' | 'with_family';
  subsidyClass: 'none' | 'low_income' | 'minimum_income' | 'special_hardship';
  keyElder: boolean;
  language: 'zh-CN' | 'en';
  phoneMasked: string;
  addressMasked: string;
}

const LEAST_REASON = 4;

const select = (db: Database | Tx) =>
  db
    .select({ person: persons, elder: elders, areaName: areas.name })
    .from(elders)
    .innerJoin(persons, eq(persons.id, elders.personId))
    .innerJoin(areas, eq(areas.code, persons.areaCode));

function within(reach: Reach): SQL | undefined {
  if (reach.kind === 'all') return undefined;
  if (reach.kind === 'area') return like(persons.areaCode, `${reach.areaCode}%`);
  if (reach.kind === 'elders' && reach.elderIds.length > 0) return inArray(persons.id, [...reach.elderIds]);
  return sql`false`;
}

function view(
  { person, elder, areaName }: Awaited<ReturnType<typeof select>>[number],
  reach: Reach,
  at: Date,
): ElderView {
  const nameMasked = maskName(person.name);
  return {
    id: person.id,
    name: reach.kind === 'elders' ? person.name : nameMasked,
    nameMasked,
    age: ageOn(person.birthDate, at),
    gender: person.gender,
    areaCode: person.areaCode,
    areaName,
    abilityLevel: elder.abilityLevel,
    living: elder.living,
    subsidyClass: elder.subsidyClass,
    keyElder: elder.keyElder,
    language: person.language,
    phoneMasked: maskPhone(unseal(person.phoneSealed) ?? ''),
    addressMasked: maskAddress(unseal(person.addressSealed) ?? ''),
  };
}

const escapeLike = (text: string) => text.replace(/[\\%_]/g, '\\$&');

/** Living elders within reach, at most `limit`, by id; `query` is part of a name or a whole telephone number. */
export async function listElders(
  db: Database | Tx,
  reach: Reach,
  query: string | null,
  at: Date,
  limit: number,
  after: string | null,
): Promise<ElderView[]> {
  const isPhone = query !== null && /^\d{11}$/.test(query);
  const rows = await select(db)
    .where(
      and(
        within(reach),
        isNull(persons.closedAt),
        isPhone ? eq(persons.phoneDigest, digest('phone', query)) : undefined,
        query && !isPhone ? ilike(persons.name, `%${escapeLike(query)}%`) : undefined,
        after ? gt(persons.id, after) : undefined,
      ),
    )
    .orderBy(asc(persons.id))
    .limit(limit);
  return rows.map((row) => view(row, reach, at));
}

/** Of these elders, each asked for within a reach of its own, those that exist there; booking for somebody asks this first. */
export async function eldersWithin(
  db: Database | Tx,
  asked: readonly { elderId: string; reach: Reach }[],
): Promise<boolean[]> {
  const rows = await db
    .select({ id: persons.id, areaCode: persons.areaCode })
    .from(elders)
    .innerJoin(persons, eq(persons.id, elders.personId))
    .where(
      anyOf(
        persons.id,
        asked.map((one) => one.elderId),
      ),
    );
  const areaOf = new Map(rows.map((row) => [row.id, row.areaCode]));
  return asked.map(({ elderId, reach }) => {
    const areaCode = areaOf.get(elderId);
    if (areaCode === undefined) return false;
    if (reach.kind === 'area') return areaCode.startsWith(reach.areaCode);
    return reach.kind === 'all' || (reach.kind === 'elders' && reach.elderIds.includes(elderId));
  });
}

/** One elder within reach. A reader who is not the elder is recorded, for the elder to see. */
export async function readElder(tx: Database | Tx, act: Act, reach: Reach, id: string): Promise<ElderView> {
  const [row] = await select(tx).where(and(eq(persons.id, id), within(reach)));
  if (!row) refuse('not_found', 'id');
  if (act.role !== 'elder') await writeAudit(tx, act, [{ action: 'person.read', personId: id }]);
  return view(row, reach, act.at);
}

/** Name, telephone and address in full, for a reason of at least 4 characters, which is recorded. */
export async function unmaskElder(
  tx: Tx,
  act: Act,
  reach: Reach,
  id: string,
  reason: string,
): Promise<{ name: string; phone: string; address: string }> {
  if (reason.trim().length < LEAST_REASON) refuse('reason_needed', 'reason', { min: LEAST_REASON });
  const [row] = await select(tx).where(and(eq(persons.id, id), within(reach)));
  if (!row) refuse('not_found', 'id');
  await writeAudit(tx, act, [{ action: 'person.unmasked', personId: id, reason: reason.trim() }]);
  return {
    name: row.person.name,
    phone: unseal(row.person.phoneSealed) ?? '',
    address: unseal(row.person.addressSealed) ?? '',
  };
}
