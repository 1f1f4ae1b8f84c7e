/**
 * The people behind the demo's accounts, and what they have to do with one another: 王秀英 lives next door to the
 * volunteer and near the carer who have come to her before, her son acts for her, and each finds something to do.
 */
import type { Act } from '../connect/act.ts';
import type { Tx } from '../connect/database.ts';
import { newId } from '../connect/ids.ts';
import { grantMandates } from '../people/mandates.ts';
import { openUsers, type UserInput } from '../people/openUsers.ts';
import { hashPassword } from '../people/password.ts';
import { firstCatalogue } from '../services/firstCatalogue.ts';
import { metresBetween } from '../visits/rules.ts';
import { demoAccounts } from './accounts.ts';
import type { Dice } from './dice.ts';
import { type DemoElder, type Inhabitants, moved, weekWithout } from './people.ts';
import { type Appointment, DAY, startOf, weekdayOf } from './plan.ts';

export interface Cast {
  elderId: string;
  familyId: string;
  volunteerId: string;
  carerId: string;
  providerId: string;
  stationId: string;
  /** An elder near the volunteer who is waiting for somebody. */
  neighbourId: string;
  communityCode: string;
  appointments: Appointment[];
}

const HOME_DISTRICT = '320102';
const HOUR = 3_600_000;
const QUARTER = HOUR / 4;
const nameOf = (role: string): string => demoAccounts.find((account) => account.role === role)?.name ?? '';

/**
 * Gives the parts to people of a city that is not registered yet. `at` is when they are registered; whenever `now` is,
 * the volunteer and the carer have a visit that begins within the hour.
 */
export function castOf(city: Inhabitants, dice: Dice, at: Date, now: Date): Cast {
  const station = city.stations.find(
    (one) => one.kind === 'station' && one.areaCode.startsWith(HOME_DISTRICT),
  );
  const inDistrict = city.elders.filter((one) => one.districtCode === HOME_DISTRICT);
  const volunteer = city.volunteers.find((one) => one.stationId === station?.id);
  const elder = inDistrict[0];
  const provider = city.providers.find((one) => one.areaCode.startsWith(HOME_DISTRICT));
  const carer = city.carers.find((one) => one.providerId === provider?.id);
  if (!station || !elder || !volunteer || !provider || !carer)
    throw new Error('the city is too small for its cast');

  const born = new Date(at.getTime() - 83 * 365.25 * 86_400_000).toISOString().slice(0, 10);
  Object.assign(elder, {
    birthDate: born,
    abilityLevel: 2,
    living: 'alone',
    subsidyClass: 'special_hardship',
    carerGender: 'female',
    keyElder: true,
    bankedMinutes: 20 * 60,
  } satisfies Partial<DemoElder>);
  const community = city.persons.find((one) => one.id === elder.personId)?.areaCode ?? station.areaCode;
  rename(city, elder.personId, nameOf('elder'), 'female', born);
  rename(city, volunteer.personId, nameOf('volunteer'), 'male');
  rename(city, carer.personId, nameOf('carer'), 'female');
  volunteer.place = move(city, volunteer.personId, elder, 60, 30);
  Object.assign(volunteer, {
    gender: 'male',
    state: 'active',
    services: firstCatalogue.filter((one) => one.channel !== 'provider').map((one) => one.code),
  });
  carer.place = move(city, carer.personId, elder, -300, 200);
  Object.assign(carer, { gender: 'female', level: 3, ...weekWithout(weekdayOf(now.getTime() + 2 * DAY)) });
  provider.name = nameOf('provider');
  Object.assign(provider, moved(elder.place, -500, 400));

  const away = ({ place }: DemoElder) => metresBetween(place, elder.place);
  const others = inDistrict
    .slice(1)
    .filter((one) => one.carerGender !== 'male')
    .sort((a, b) => away(a) - away(b));
  const neighbour = others.find((one) => one.bankedMinutes >= 240) ?? others[0] ?? elder;
  neighbour.bankedMinutes = Math.max(neighbour.bankedMinutes, 600);
  const familyId = newId(at);
  city.persons.push({
    id: familyId,
    name: nameOf('family'),
    gender: 'male',
    birthDate: `${1968 + dice.whole(0, 4)}-05-12`,
    identityNumber: null,
    phone: '15499999999',
    address: null,
    position: elder.place,
    areaCode: community,
  });

  const known = (day: number, confirmed?: Appointment['confirmed']): Appointment => ({
    day,
    elderId: elder.personId,
    service: 'companionship',
    payer: 'time_bank',
    helperId: volunteer.personId,
    window: 2,
    confirmed,
  });
  const bath = (day: number): Appointment => ({
    day,
    elderId: elder.personId,
    service: 'bathing',
    payer: 'subsidy',
    helperId: carer.personId,
    window: 0,
  });
  const soon = soonAfter(now);
  const isFree = (one: Appointment) => Math.abs(startOf(one, now) - soon) >= 2 * HOUR;
  const [first, ...more] = others.filter((one) => one !== neighbour);
  const cleaning = (elderId: string, window: number): Appointment => ({
    day: 0,
    elderId,
    service: 'cleaning',
    payer: 'self',
    helperId: carer.personId,
    window,
  });
  const round = more.slice(0, 3).map(({ personId }, window) => cleaning(personId, window));
  return {
    elderId: elder.personId,
    familyId,
    volunteerId: volunteer.personId,
    carerId: carer.personId,
    providerId: provider.id,
    stationId: station.id,
    neighbourId: neighbour.personId,
    communityCode: community,
    appointments: [
      ...[-20, -13, -6].map((day) => known(day, 'door_code')),
      known(-1, 'nobody'),
      known(1),
      { ...known(1), elderId: neighbour.personId, window: 3, isOpen: true },
      ...[-17, -10, -3].map(bath),
      ...round.filter(isFree),
      { ...known(0), startAt: soon },
      ...(first ? [{ ...cleaning(first.personId, 3), startAt: soon }] : []),
    ],
  };
}

/** The first quarter of an hour at least half an hour from now. */
const soonAfter = (now: Date): number => Math.ceil((now.getTime() + HOUR / 2) / QUARTER) * QUARTER;

/** Opens an account for each part, and records that the son may act for his mother. */
export async function openCast(tx: Tx, act: Act, cast: Cast): Promise<void> {
  await grantMandates(tx, act, [
    { elderId: cast.elderId, delegateId: cast.familyId, relation: 'child', scopes: ['see', 'book', 'spend'] },
  ]);
  const scopes: Record<string, Partial<UserInput>> = {
    elder: { personId: cast.elderId },
    family: { personId: cast.familyId },
    volunteer: { personId: cast.volunteerId },
    carer: { personId: cast.carerId, providerId: cast.providerId },
    provider: { providerId: cast.providerId },
    station: { stationId: cast.stationId, areaCode: cast.communityCode },
    dispatcher: { areaCode: '3201' },
    regulator: { areaCode: '3201' },
  };
  const hashes = new Map<string, string>();
  for (const { password } of demoAccounts)
    if (!hashes.has(password)) hashes.set(password, await hashPassword(password));
  await openUsers(
    tx,
    act,
    demoAccounts.map(({ role, username, name, password }) => ({
      username,
      name,
      role,
      passwordHash: hashes.get(password) ?? null,
      ...scopes[role],
    })),
  );
}

function rename(
  city: Inhabitants,
  personId: string,
  name: string,
  gender: 'female' | 'male',
  birthDate?: string,
): void {
  const person = city.persons.find((one) => one.id === personId);
  if (!person) return;
  Object.assign(person, { name, gender, ...(birthDate ? { birthDate, identityNumber: null } : {}) });
  // An identity number tells the gender; an invented person goes without rather than with a wrong one.
  if (person.identityNumber && (Number(person.identityNumber[16]) % 2 === 0) !== (gender === 'female'))
    person.identityNumber = null;
}

function move(city: Inhabitants, personId: string, to: DemoElder, north: number, east: number) {
  const place = moved(to.place, north, east);
  const home = city.persons.find((one) => one.id === to.personId);
  const person = city.persons.find((one) => one.id === personId);
  if (person && home) Object.assign(person, { position: place, areaCode: home.areaCode });
  return place;
}
