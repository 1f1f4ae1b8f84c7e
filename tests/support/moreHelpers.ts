/** More people who can come, for a small city. */
import { registerPersons, registerVolunteers, type VolunteerInput } from '../../db/people/register.ts';
import { registerCarers } from '../../db/providers/register.ts';
import { COMMUNITY, HOME, ids, type SmallCity } from './smallCity.ts';

const uuid = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const services = ['companionship', 'errands', 'meals', 'welfare_check'];

async function registered(city: SmallCity, from: number, count: number, metres: number): Promise<string[]> {
  const people = Array.from({ length: count }, (_, i) => ({
    id: uuid(from + i),
    name: `邻居${i}`,
    gender: 'female' as const,
    birthDate: '1990-01-01',
    identityNumber: null,
    phone: null,
    address: null,
    position: { lat: HOME.lat + metres / 111_195, lon: HOME.lon },
    areaCode: COMMUNITY,
  }));
  await city.do('system', (tx, act) => registerPersons(tx, act, people));
  return people.map(({ id }) => id);
}

/** So many more volunteers, all equally far from the elders' home; their ids. */
export async function moreVolunteers(
  city: SmallCity,
  count: number,
  { metres = 500, from = 1000, ...more }: Partial<VolunteerInput> & { metres?: number; from?: number } = {},
): Promise<string[]> {
  const people = await registered(city, from, count, metres);
  await city.do('system', (tx, act) =>
    registerVolunteers(
      tx,
      act,
      people.map((personId) => ({ personId, stationId: ids.station, services, state: 'active', ...more })),
    ),
  );
  return people;
}

/** So many more carers of a provider; their ids. */
export async function moreCarers(city: SmallCity, count: number, providerId: string): Promise<string[]> {
  const people = await registered(city, 2000, count, 300);
  const week = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 480, endMinute: 1200 }));
  await city.do('system', (tx, act) =>
    registerCarers(
      tx,
      act,
      people.map((personId) => ({
        personId,
        providerId,
        certificateNumber: `C-${personId.slice(-4)}`,
        level: 5,
        certificateUntil: '2099-12-31',
        week,
      })),
    ),
  );
  return people;
}
