/**
 * An elder's profile (S2) as far as rules rest on it. Whenever it changes, whether the elder is a key elder (T8) is
 * decided anew by the rule, and what the elder is entitled to now is granted for this month at once. Old and new values
 * are in the elder's record, with the reason.
 */
import { crc32 } from 'node:zlib';
import { and, eq } from 'drizzle-orm';
import { writeAudit } from '../audit/audit.ts';
import { type Act, refuse } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import type { Reach } from '../connect/reach.ts';
import { unseal } from '../connect/seal.ts';
import { grantMonth } from './grants.ts';
import { isDate, readIdentity } from './identity.ts';
import { markKeyElders } from './keyElders.ts';
import { personWithin } from './personWithin.ts';
import { ageOn, isKeyElder, type KeyElderGround, keyElderGround } from './rules.ts';
import { elders, persons } from './schema.ts';

type ElderRow = typeof elders.$inferSelect;

export interface Profile {
  elderId: string;
  /** GB/T 42195: 0 intact … 4 complete loss. */
  abilityLevel: number;
  living: ElderRow['living'];
  subsidyClass: ElderRow['subsidyClass'];
  carerGender: ElderRow['carerGender'];
  /** Elders with the same share one quota of respite (S6); null: a household of one's own. */
  householdId: string | null;
  /** `YYYY-MM-DD`. */
  birthDate: string;
  age: number;
  keyElder: boolean;
  /** The ground in T8 on which the elder is one. */
  keyElderBy: KeyElderGround | null;
  /** Changes with every value that can be changed. */
  version: number;
}

export type ProfileChange = Partial<
  Pick<Profile, 'abilityLevel' | 'living' | 'subsidyClass' | 'carerGender' | 'birthDate' | 'householdId'>
> & {
  personId: string;
  reason: string;
  /** The version that was read; refused as stale when the profile has changed since. */
  seen?: number | null;
};

const LEAST_REASON = 4;
const OLDEST_BIRTH = '1895-01-01';
const VERSIONS = 1_000_000_000;
const changeable = [
  'abilityLevel',
  'living',
  'subsidyClass',
  'carerGender',
  'birthDate',
  'householdId',
] as const;

async function rowOf(tx: Tx, reach: Reach, id: string, isToChange: boolean) {
  await personWithin(tx, reach, id);
  const query = tx
    .select({ elder: elders, birthDate: persons.birthDate, identitySealed: persons.identitySealed })
    .from(elders)
    .innerJoin(persons, eq(persons.id, elders.personId))
    .where(and(eq(elders.personId, id)));
  const [row] = await (isToChange ? query.for('update') : query);
  return row ?? refuse('not_found', 'id');
}

function profileOf(elder: ElderRow, birthDate: string, at: Date): Profile {
  const { abilityLevel, living, subsidyClass, carerGender, householdId, keyElder } = elder;
  const values = { abilityLevel, living, subsidyClass, carerGender, birthDate, householdId };
  return {
    elderId: elder.personId,
    ...values,
    age: ageOn(birthDate, at),
    keyElder,
    keyElderBy: keyElder ? keyElderGround(values, at) : null,
    version: crc32(JSON.stringify(values)) % VERSIONS,
  };
}

/** The profile of an elder within reach; the elder sees who read it. */
export async function readProfile(tx: Tx, act: Act, reach: Reach, id: string): Promise<Profile> {
  const { elder, birthDate } = await rowOf(tx, reach, id, false);
  await writeAudit(tx, act, [{ action: 'person.read', personId: id }]);
  return profileOf(elder, birthDate, act.at);
}

/**
 * Changes what is given. Refuses a change without a reason of at least 4 characters, a profile that somebody else has
 * changed meanwhile, and a date of birth that is none or is not the identity number's.
 */
export async function changeProfile(tx: Tx, act: Act, reach: Reach, change: ProfileChange): Promise<Profile> {
  const reason = change.reason.trim();
  if (reason.length < LEAST_REASON) refuse('reason_needed', 'reason', { min: LEAST_REASON });
  const { elder, birthDate, identitySealed } = await rowOf(tx, reach, change.personId, true);
  const before = profileOf(elder, birthDate, act.at);
  if (change.seen != null && change.seen !== before.version)
    refuse('stale', 'If-Match', { version: before.version });
  if (change.birthDate !== undefined) expectBirthDate(change.birthDate, identitySealed, act.at);

  const after = { ...before };
  for (const name of changeable)
    if (change[name] !== undefined) Object.assign(after, { [name]: change[name] });
  const changed = changeable.filter((name) => after[name] !== before[name]);
  if (changed.length === 0) return before;
  const { abilityLevel, living, subsidyClass, carerGender, householdId } = after;
  await tx
    .update(elders)
    .set({ abilityLevel, living, subsidyClass, carerGender, householdId })
    .where(eq(elders.personId, change.personId));
  if (after.birthDate !== before.birthDate)
    await tx.update(persons).set({ birthDate: after.birthDate }).where(eq(persons.id, change.personId));
  await writeAudit(tx, act, [
    {
      action: 'elder.profile_changed',
      personId: change.personId,
      reason,
      detail: Object.fromEntries(
        changed.flatMap((name) => [
          [`${name}.old`, before[name]],
          [`${name}.new`, after[name]],
        ]),
      ),
    },
  ]);

  const keyElder = isKeyElder(after, act.at);
  const entitled = { personId: change.personId, keyElder, subsidyClass };
  if (keyElder !== elder.keyElder) await markKeyElders(tx, act, [entitled], reason);
  await grantMonth(tx, act, [entitled]);
  return profileOf(
    { ...elder, abilityLevel, living, subsidyClass, carerGender, householdId, keyElder },
    after.birthDate,
    act.at,
  );
}

/** A date of birth is a day of the past, and the one in the identity number where that is known. */
function expectBirthDate(birthDate: string, identitySealed: Uint8Array | null, at: Date): void {
  const identity = readIdentity(unseal(identitySealed) ?? '');
  const known = 'birthDate' in identity ? identity.birthDate : null;
  if (!isDate(birthDate) || birthDate < OLDEST_BIRTH || ageOn(birthDate, at) < 0)
    refuse('invalid', 'birthDate');
  if (known && known !== birthDate) refuse('invalid', 'birthDate');
}
