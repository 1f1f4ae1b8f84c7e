/**
 * Who lives and works in a demo city: spread over the districts by their census population, gathered around the
 * stations as the time bank's people are, every home inside the real boundary of its district.
 */
import { booleanPointInPolygon } from '@turf/boolean-point-in-polygon';
import { newId } from '../connect/ids.ts';
import type { Area } from '../people/areas.ts';
import { type DistrictShapes, districtShapes, nanjingAreas } from '../people/divisions.ts';
import { identityCheck } from '../people/identity.ts';
import type { ElderInput, PersonInput, VolunteerInput } from '../people/register.ts';
import { isKeyElder } from '../people/rules.ts';
import { creditCodeOf } from '../providers/creditCode.ts';
import type { CarerInput, ProviderInput, StationInput } from '../providers/register.ts';
import { firstCatalogue } from '../services/firstCatalogue.ts';
import type { Dice } from './dice.ts';
import { address, personName, providerName } from './names.ts';

export interface Place {
  lat: number;
  lon: number;
}
type Known<T> = T & { id: string };

export interface DemoElder extends ElderInput {
  place: Place;
  districtCode: string;
  keyElder: boolean;
  /** Minutes brought along from earlier service. */
  bankedMinutes: number;
}
export interface DemoVolunteer extends VolunteerInput {
  place: Place;
  gender: 'female' | 'male';
}
export interface DemoCarer extends CarerInput {
  place: Place;
  gender: 'female' | 'male';
  /** Weekday without work, 1 Monday … 7 Sunday. */
  restDay: number;
}

export interface Inhabitants {
  areas: Area[];
  stations: Known<StationInput>[];
  providers: Known<ProviderInput>[];
  persons: Known<PersonInput>[];
  elders: DemoElder[];
  volunteers: DemoVolunteer[];
  carers: DemoCarer[];
}

const METRES_PER_DEGREE = 111_195;
const STATION_REACH_METRES = 1_200;
const DAY = 86_400_000;

const byVolunteers = firstCatalogue.filter((s) => s.channel !== 'provider').map((s) => s.code);
const byProviders = firstCatalogue.filter((s) => s.channel !== 'volunteer').map((s) => s.code);

/** How many of each there are for so many elders. */
export function sizesFor(elders: number) {
  const stations = Math.max(11, Math.round(elders / 50));
  const providers = Math.max(11, Math.round(elders / 75));
  return {
    stations,
    mealPoints: Math.max(11, Math.round(elders / 100)),
    centres: 11,
    providers,
    carers: Math.max(providers * 2, Math.round((elders * 2) / 15)),
    volunteers: Math.max(stations * 2, Math.round((elders * 4) / 15)),
  };
}

/** Invents the people of a city. `at` is when they were registered, from which their ages count. */
export function inhabitants(dice: Dice, elders: number, at: Date): Inhabitants {
  const areas = nanjingAreas();
  const shapes = districtShapes();
  const sizes = sizesFor(elders);
  const place = new Placing(dice, areas, shapes);
  const register = new Register(dice, at);

  const stations: Known<StationInput>[] = [];
  for (const [kind, count, name] of [
    ['station', sizes.stations, '时间银行站点'],
    ['meal_point', sizes.mealPoints, '助餐点'],
    ['centre', sizes.centres, '综合养老服务中心'],
  ] as const) {
    for (const [district, n] of place.shareByPopulation(count)) {
      for (const community of place.communities(district, n)) {
        stations.push({
          id: newId(at),
          code: `${kind === 'station' ? 'TB' : kind === 'centre' ? 'ZX' : 'ZC'}${community.code}`,
          name: `${community.name.replace(/(居委会|村委会)$/, '')}${name}`,
          kind,
          areaCode: community.code,
          phone: `025${dice.whole(50_000_000, 59_999_999)}`,
          lat: community.lat,
          lon: community.lon,
        });
      }
    }
  }
  const banks = stations.filter((station) => station.kind === 'station');

  const providers: Known<ProviderInput>[] = [];
  for (const [district, n] of place.shareByPopulation(sizes.providers)) {
    for (const community of place.communities(district, n)) {
      const i = providers.length;
      const name = areas.find((area) => area.code === district)?.name ?? '';
      providers.push({
        id: newId(at),
        name: providerName(i, name),
        creditCode: creditCodeOf(
          `${i % 3 === 0 ? '52' : '91'}${district}${dice.digits(8)}${dice.whole(0, 9)}`,
        ),
        areaCode: community.code,
        districts: place.nearestDistricts(district, 3),
        services: byProviders,
        phone: `025${dice.whole(80_000_000, 89_999_999)}`,
        lat: community.lat,
        lon: community.lon,
      });
    }
  }

  const result: Inhabitants = {
    areas,
    stations,
    providers,
    persons: register.persons,
    elders: [],
    volunteers: [],
    carers: [],
  };
  const homes = place.homesAround(banks, elders);
  for (const { home } of homes) result.elders.push(register.elder(home));
  for (const { home, station } of place.homesAround(banks, sizes.volunteers)) {
    const person = register.person(home, dice.chance(0.3) ? [60, 72] : [19, 59], dice.chance(0.62));
    result.volunteers.push({
      personId: person.id,
      place: home,
      gender: person.gender,
      stationId: station.id,
      services: byVolunteers.filter((code) => code === 'companionship' || dice.chance(0.7)),
      state: dice.chance(0.97) ? 'active' : dice.chance(0.7) ? 'applied' : 'station_approved',
    });
  }
  for (let i = 0; i < sizes.carers; i++) {
    const provider = providers[i % providers.length] as Known<ProviderInput>;
    const home = place.near(provider.areaCode, provider, 4_000);
    const person = register.person(home, [22, 58], dice.chance(0.85));
    const restDay = 1 + (i % 7);
    result.carers.push({
      personId: person.id,
      place: home,
      gender: person.gender,
      providerId: provider.id,
      level: dice.weighted([
        [5, 40],
        [4, 30],
        [3, 18],
        [2, 9],
        [1, 3],
      ]),
      certificateNumber: `HLY${dice.digits(4)}${String(i).padStart(6, '0')}`,
      certificateUntil: new Date(at.getTime() + dice.whole(200, 1_400) * DAY).toISOString().slice(0, 10),
      ...weekWithout(restDay),
    });
  }
  return result;
}

/** A carer's week: every day from 8 to 20 but one. */
export function weekWithout(restDay: number): Pick<DemoCarer, 'restDay' | 'week'> {
  const weekdays = [1, 2, 3, 4, 5, 6, 7].filter((weekday) => weekday !== restDay);
  return {
    restDay,
    week: weekdays.map((weekday) => ({ weekday, startMinute: 8 * 60, endMinute: 20 * 60 })),
  };
}

interface Home extends Place {
  community: Area;
}

/** Finds places inside districts. */
class Placing {
  readonly #dice: Dice;
  readonly #districts: Area[];
  readonly #communitiesOf = new Map<string, Area[]>();
  readonly #shapeOf: Map<string, DistrictShapes['features'][number]>;

  constructor(dice: Dice, areas: readonly Area[], shapes: DistrictShapes) {
    this.#dice = dice;
    this.#districts = areas.filter((area) => area.level === 'district');
    for (const area of areas.filter((one) => one.level === 'community')) {
      const district = area.code.slice(0, 6);
      this.#communitiesOf.set(district, [...(this.#communitiesOf.get(district) ?? []), area]);
    }
    this.#shapeOf = new Map(shapes.features.map((shape) => [shape.properties.code, shape]));
  }

  /** Shares a number among the districts by population; none stays without while there is enough. */
  shareByPopulation(count: number): [district: string, n: number][] {
    const total = this.#districts.reduce((sum, area) => sum + (area.population ?? 0), 0);
    const exact = this.#districts.map((area) => ({
      code: area.code,
      n: ((area.population ?? 0) / total) * count,
    }));
    const shared = new Map(
      exact.map(({ code, n }) => [code, count >= exact.length ? Math.max(1, Math.floor(n)) : Math.floor(n)]),
    );
    const byRest = [...exact].sort((a, b) => (b.n % 1) - (a.n % 1) || (a.code < b.code ? -1 : 1));
    const given = () => [...shared.values()].reduce((sum, n) => sum + n, 0);
    for (let i = 0; given() < count; i++) {
      const { code } = byRest[i % byRest.length] as (typeof exact)[number];
      shared.set(code, (shared.get(code) ?? 0) + 1);
    }
    while (given() > count) {
      const [code, n] = [...shared].reduce((most, one) => (one[1] > most[1] ? one : most));
      shared.set(code, n - 1);
    }
    return [...shared];
  }

  /** Different communities of a district, while it has enough. */
  communities(district: string, count: number): Area[] {
    const all = this.#communitiesOf.get(district) ?? [];
    const first = this.#dice.whole(0, all.length - 1);
    return Array.from(
      { length: count },
      (_, i) => all[(first + Math.floor((i * all.length) / count)) % all.length] as Area,
    );
  }

  /** A district and those nearest to it, itself first. */
  nearestDistricts(code: string, count: number): string[] {
    const from = this.#districts.find((area) => area.code === code) as Area;
    const away = (area: Area) => (area.lat - from.lat) ** 2 + ((area.lon - from.lon) * 0.85) ** 2;
    return [...this.#districts]
      .sort((a, b) => away(a) - away(b))
      .slice(0, count)
      .map((area) => area.code);
  }

  /** Homes within walking distance of stations, as many in each district as its population says. */
  homesAround(
    stations: readonly Known<StationInput>[],
    count: number,
  ): { home: Home; station: Known<StationInput> }[] {
    return this.shareByPopulation(count).flatMap(([district, n]) => {
      const inDistrict = stations.filter((station) => station.areaCode.startsWith(district));
      return Array.from({ length: n }, (_, i) => {
        const station = inDistrict[i % inDistrict.length] as Known<StationInput>;
        return { home: this.near(station.areaCode, station, STATION_REACH_METRES), station };
      });
    });
  }

  /** A home within `metres` of a place and inside the boundary of its district. */
  near(areaCode: string, centre: Place, metres: number): Home {
    const district = areaCode.slice(0, 6);
    const shape = this.#shapeOf.get(district);
    for (let attempt = 0; attempt < 8; attempt++) {
      const distance = metres * Math.sqrt(this.#dice.share()) * 0.95 ** attempt;
      const angle = 2 * Math.PI * this.#dice.share();
      const place = moved(centre, distance * Math.cos(angle), distance * Math.sin(angle));
      if (shape && booleanPointInPolygon([place.lon, place.lat], shape))
        return { ...place, community: this.#nearestCommunity(district, place) };
    }
    return { lat: centre.lat, lon: centre.lon, community: this.#nearestCommunity(district, centre) };
  }

  #nearestCommunity(district: string, { lat, lon }: Place): Area {
    const away = (area: Area) => (area.lat - lat) ** 2 + ((area.lon - lon) * 0.85) ** 2;
    const all = this.#communitiesOf.get(district) ?? [];
    return all.reduce((best, area) => (away(area) < away(best) ? area : best));
  }
}

/** A place so many metres to the north and east of another. */
export function moved(from: Place, north: number, east: number): Place {
  const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6;
  return {
    lat: round(from.lat + north / METRES_PER_DEGREE),
    lon: round(from.lon + east / (METRES_PER_DEGREE * Math.cos((from.lat * Math.PI) / 180))),
  };
}

/** Invents persons; no two share an identity number or a telephone number. */
class Register {
  readonly persons: Known<PersonInput>[] = [];
  readonly #dice: Dice;
  readonly #at: Date;
  readonly #identities = new Set<string>();

  constructor(dice: Dice, at: Date) {
    this.#dice = dice;
    this.#at = at;
  }

  person(home: Home, [youngest, oldest]: readonly [number, number], isWoman: boolean): Known<PersonInput> {
    const dice = this.#dice;
    const gender = isWoman ? 'female' : 'male';
    const days = dice.whole(youngest * 366, oldest * 365);
    const birthDate = new Date(this.#at.getTime() - days * DAY).toISOString().slice(0, 10);
    const person = {
      id: newId(this.#at),
      name: personName(dice, gender, oldest > 72),
      gender,
      birthDate,
      identityNumber: this.#identity(home.community.code.slice(0, 6), birthDate, isWoman),
      // No operator has been given numbers that begin with 154.
      phone: `154${String(10_000_000 + this.persons.length)}`,
      address: address(dice, home.community.name),
      position: { lat: home.lat, lon: home.lon },
      areaCode: home.community.code,
    } as const;
    this.persons.push(person);
    return person;
  }

  elder(home: Home): DemoElder {
    const dice = this.#dice;
    const ages = dice.weighted([
      [[60, 69], 24],
      [[70, 79], 36],
      [[80, 89], 31],
      [[90, 98], 9],
    ] as const);
    const person = this.person(home, ages, dice.chance(0.57));
    const isVeryOld = ages[0] >= 80;
    const profile = {
      birthDate: person.birthDate,
      abilityLevel: dice.weighted(
        isVeryOld
          ? [
              [0, 22],
              [1, 30],
              [2, 24],
              [3, 16],
              [4, 8],
            ]
          : [
              [0, 62],
              [1, 22],
              [2, 9],
              [3, 5],
              [4, 2],
            ],
      ),
      living: dice.weighted([
        ['alone', 22],
        ['empty_nest', 38],
        ['with_family', 40],
      ] as const),
      subsidyClass: dice.weighted([
        ['none', 72],
        ['low_income', 14],
        ['minimum_income', 9],
        ['special_hardship', 5],
      ] as const),
    };
    return {
      ...profile,
      personId: person.id,
      carerGender: person.gender === 'female' && dice.chance(0.4) ? 'female' : null,
      hazards: dice.chance(0.08)
        ? dice.pick(['家中有狗，请先打电话', '楼道灯坏，请带手电', '门口台阶高'])
        : null,
      doorCode: dice.digits(4),
      place: { lat: home.lat, lon: home.lon },
      districtCode: person.areaCode.slice(0, 6),
      keyElder: isKeyElder(profile, this.#at),
      bankedMinutes: dice.chance(0.45) ? dice.whole(4, 60) * 60 : 0,
    };
  }

  #identity(areaCode: string, birthDate: string, isWoman: boolean): string {
    for (;;) {
      const turn = this.#dice.whole(0, 499) * 2 + (isWoman ? 0 : 1);
      const first17 = `${areaCode}${birthDate.replaceAll('-', '')}${String(turn).padStart(3, '0')}`;
      if (this.#identities.has(first17)) continue;
      this.#identities.add(first17);
      return first17 + identityCheck(first17);
    }
  }
}
