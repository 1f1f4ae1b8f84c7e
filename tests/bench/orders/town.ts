/**
 * The district that the load of orders is measured in: elders with hours and volunteers spread over 12 by 12 km,
 * providers with carers on duty day and night, and a session for each of them put in place off the clock.
 */
import { randomUUID } from 'node:crypto';
import { openAccounts, openCityAccounts, post } from '../../../db/bank/post.ts';
import { type Act, perform } from '../../../db/connect/act.ts';
import type { Config } from '../../../db/connect/config.ts';
import { openDatabase, type Tx } from '../../../db/connect/database.ts';
import { newId } from '../../../db/connect/ids.ts';
import { loadAreas } from '../../../db/people/areas.ts';
import { openUsers } from '../../../db/people/openUsers.ts';
import { registerElders, registerPersons, registerVolunteers } from '../../../db/people/register.ts';
import { sessions } from '../../../db/people/signin.schema.ts';
import { registerCarers, registerProviders, registerStations } from '../../../db/providers/register.ts';
import { firstBodies, publishPolicies } from '../../../db/services/policies.ts';
import { sessionCookie } from '../support/door.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const CENTRE = { lat: 32.05, lon: 118.8 };
const SIDE = { lat: 0.108, lon: 0.127 };
const DISTRICT = '320102';
const COMMUNITY = '320102001001';
const PASSED = '2099-12-31';

export interface Town {
  elders: readonly string[];
  /** The cookie of a person, or of a provider's coordinator by the provider. */
  cookieOf(id: string): string;
}

export interface TownSize {
  elders: number;
  volunteers: number;
  providers: number;
  carersEach: number;
}

const many = (count: number): string[] => Array.from({ length: count }, () => newId(new Date()));

/** The place of the i-th of so many on an even grid over the district. */
function placeOf(i: number, of: number): { lat: number; lon: number } {
  const row = Math.ceil(Math.sqrt(of));
  const step = (n: number, side: number) => (n / row - 0.5) * side;
  return {
    lat: CENTRE.lat + step(Math.floor(i / row), SIDE.lat),
    lon: CENTRE.lon + step(i % row, SIDE.lon),
  };
}

/** Lays the town; `useDataKey` has been called. */
export async function layTown(config: Config, size: TownSize): Promise<Town> {
  const database = openDatabase({ ...config, databasePool: 2 }, 'bench');
  const act: Act = { actorId: 'bench', role: 'system', onBehalfOf: null, at: new Date(Date.now() - HOUR) };
  const elders = many(size.elders);
  const volunteers = many(size.volunteers);
  const providers = many(size.providers);
  const carers = providers.flatMap((providerId) =>
    many(size.carersEach).map((personId) => ({ personId, providerId })),
  );
  const tokens = new Map<string, string>();
  const outcome = await perform(database.db, act, async (tx: Tx) => {
    const station = await layGround(tx, act, providers);
    await layPeople(tx, act, elders, volunteers, station);
    await registerPersons(tx, act, personsOf(carers.map(({ personId }) => personId)));
    await registerCarers(
      tx,
      act,
      carers.map(({ personId, providerId }, i) => ({
        personId,
        providerId,
        certificateNumber: `C-${i}`,
        level: 4,
        certificateUntil: PASSED,
        week: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 0, endMinute: 1440 })),
      })),
    );
    const users = [
      ...elders.map((personId) => ({ id: personId, role: 'elder' as const, personId })),
      ...volunteers.map((personId) => ({ id: personId, role: 'volunteer' as const, personId })),
      ...carers.map(({ personId, providerId }) => ({
        id: personId,
        role: 'carer' as const,
        personId,
        providerId,
      })),
      ...providers.map((providerId) => ({ id: providerId, role: 'provider' as const, providerId })),
    ];
    const opened = await openUsers(
      tx,
      act,
      users.map(({ id: _, ...user }, i) => ({
        ...user,
        username: `bench-${i}`,
        name: '王秀英',
        passwordHash: null,
      })),
    );
    for (const [i, { id }] of users.entries()) {
      const token = randomUUID();
      tokens.set(id, token);
      await tx.insert(sessions).values({
        id: newId(act.at),
        userId: opened.get(`bench-${i}`) as string,
        token,
        expiresAt: new Date(Date.now() + DAY),
        createdAt: new Date(),
        updatedAt: new Date(),
      });
    }
  });
  await database.sql.unsafe('vacuum analyze').catch(() => {});
  await database.close();
  if (!outcome.ok) throw new Error(outcome.refusal.code);
  return { elders, cookieOf: (id) => sessionCookie(tokens.get(id) ?? '', config.authSecret) };
}

/** Divisions, policies, the city's accounts, a station and the providers; returns the station. */
async function layGround(tx: Tx, act: Act, providers: readonly string[]): Promise<string> {
  const levels = ['city', 'district', 'street', 'community'] as const;
  const codes = ['3201', DISTRICT, COMMUNITY.slice(0, 9), COMMUNITY];
  await loadAreas(
    tx,
    levels.map((level, i) => ({
      code: codes[i] as string,
      level,
      name: codes[i] as string,
      parentCode: codes[i - 1] ?? null,
      ...CENTRE,
      population: null,
    })),
  );
  const { orders } = firstBodies;
  // Measured at any hour: at night volunteers would not be asked for what can wait.
  const asking = { ...orders.asking, quiet: { fromMinute: 0, untilMinute: 0 } };
  await publishPolicies(tx, act, new Date(act.at.getTime() - 400 * DAY), 'of the measurement', {
    orders: { ...orders, asking },
  });
  await openCityAccounts(tx, act, [DISTRICT]);
  const place = { areaCode: COMMUNITY, phone: '02580000001', ...CENTRE };
  const station = newId(act.at);
  await registerStations(tx, act, [{ id: station, code: 'B1', name: '站点', kind: 'station', ...place }]);
  await registerProviders(
    tx,
    act,
    providers.map((id, i) => ({
      id,
      name: `机构${i}`,
      creditCode: `91320100MA1MB${String(i).padStart(5, '0')}`,
      districts: [DISTRICT],
      services: ['bathing', 'cleaning', 'basic_nursing'],
      ...place,
    })),
  );
  return station;
}

const personsOf = (persons: readonly string[]) =>
  persons.map((id, i) => ({
    id,
    name: '王秀英',
    gender: 'female' as const,
    birthDate: '1950-03-01',
    identityNumber: null,
    phone: null,
    address: '珠江路8号',
    position: placeOf(i, persons.length),
    areaCode: COMMUNITY,
  }));

async function layPeople(
  tx: Tx,
  act: Act,
  elders: readonly string[],
  volunteers: readonly string[],
  stationId: string,
): Promise<void> {
  for (const persons of [elders, volunteers])
    for (let i = 0; i < persons.length; i += 1000)
      await registerPersons(tx, act, personsOf(persons).slice(i, i + 1000));
  await registerElders(
    tx,
    act,
    elders.map((personId) => ({
      personId,
      birthDate: '1950-03-01',
      abilityLevel: 1,
      living: 'with_family',
      subsidyClass: 'none',
      carerGender: null,
      hazards: null,
      doorCode: '4711',
    })),
  );
  await registerVolunteers(
    tx,
    act,
    volunteers.map((personId) => ({
      personId,
      stationId,
      services: ['companionship'],
      state: 'active' as const,
      weeklyAskCap: 50,
    })),
  );
  const city = await openCityAccounts(tx, act, [DISTRICT]);
  const accounts = await openAccounts(
    tx,
    act,
    elders.map((ownerId) => ({ ownerId, kind: 'personal', currency: 'min' })),
  );
  await post(
    tx,
    act,
    [...accounts.values()].map((id) => ({
      debit: city.get('3201:issuance:min') as string,
      credit: id,
      amount: 60_000,
      currency: 'min',
      cause: 'import',
      key: randomUUID(),
    })),
  );
}
