/** A family that moves into a small city: three generations with telephones, the daughter a volunteer with an account. */
import type { Reach } from '../../db/connect/reach.ts';
import { askKinship, decideKinship } from '../../db/people/kinships.ts';
import { openUsers } from '../../db/people/openUsers.ts';
import { registerElders, registerPersons, registerVolunteers } from '../../db/people/register.ts';
import type { KinRelation } from '../../db/people/rules.ts';
import { DOOR_CODE, HOME, ids, type SmallCity } from './smallCity.ts';

const COMMUNITY = '320102001001';
const uuid = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;

interface Relative {
  id: string;
  name: string;
  phone: string;
  birthDate: string;
  gender: 'female' | 'male';
}

/** Grandmother and father are served by the city; the mother is not yet of age. */
export const family = {
  grandmother: relative(61, '周桂英', '1938-02-11', 'female'),
  father: relative(62, '林建国', '1960-05-04', 'male'),
  mother: relative(63, '周秀兰', '1969-09-30', 'female'),
  daughter: relative(64, '林晓', '1990-01-20', 'female'),
} as const satisfies Record<string, Relative>;

/** The daughter's accounts to sign in with: as a volunteer, and as family. */
export const daughterUsers = { volunteer: uuid(71), family: uuid(72) } as const;

function relative(n: number, name: string, birthDate: string, gender: 'female' | 'male'): Relative {
  return { id: uuid(n), name, phone: `138000000${n}`, birthDate, gender };
}

export const ownReach = (...elderIds: string[]): Reach => ({ kind: 'elders', elderIds });
export const stationReach: Reach = { kind: 'area', areaCode: COMMUNITY };

/** Registers them. */
export async function settleFamily(city: SmallCity): Promise<void> {
  await city.do('system', async (tx, act) => {
    await registerPersons(
      tx,
      act,
      Object.values(family).map((person) => ({
        ...person,
        identityNumber: null,
        address: '珠江路9号1栋101室',
        position: HOME,
        areaCode: COMMUNITY,
      })),
    );
    const profile = {
      abilityLevel: 0,
      living: 'with_family',
      subsidyClass: 'none',
      carerGender: null,
      hazards: null,
      doorCode: DOOR_CODE,
    } as const;
    await registerElders(
      tx,
      act,
      [family.grandmother, family.father].map(({ id, birthDate }) => ({
        personId: id,
        birthDate,
        ...profile,
      })),
    );
    await registerVolunteers(tx, act, [
      { personId: family.daughter.id, stationId: ids.station, services: ['companionship'], state: 'active' },
    ]);
    await openUsers(
      tx,
      act,
      (['volunteer', 'family'] as const).map((role) => ({
        id: daughterUsers[role],
        username: `daughter.${role}`,
        name: family.daughter.name,
        role,
        passwordHash: null,
        personId: family.daughter.id,
      })),
    );
  });
}

/** `whose` asks and the station verifies that `who` is that relation; returns the relation's id. */
export async function verifyKin(
  city: SmallCity,
  whose: Relative,
  relation: KinRelation,
  who: Relative,
): Promise<string> {
  const { id } = await city.do('volunteer', (tx, act) =>
    askKinship(tx, act, ownReach(whose.id), {
      personId: whose.id,
      relative: { name: who.name, phone: who.phone },
      relation,
      document: 'household_register',
    }),
  );
  await city.do('station', (tx, act) => decideKinship(tx, act, stationReach, { id, decision: 'verify' }));
  return id;
}
