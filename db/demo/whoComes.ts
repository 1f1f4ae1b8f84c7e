/** Whom a demo city's elders have been served by: the helper they know when free, else the nearest able one. */
import type { Candidate } from '../orders/candidates.ts';
import { coarse } from '../people/rules.ts';
import type { Service } from '../services/catalogue.ts';
import { metresBetween } from '../visits/rules.ts';
import type { DemoElder, Inhabitants, Place } from './people.ts';

export interface Helper {
  personId: string;
  kind: 'volunteer' | 'carer';
  providerId: string | null;
  /** As coarse as the product's own search sees it. */
  place: Place;
  gender: 'female' | 'male';
  level: number | null;
  restDay: number | null;
  services: ReadonlySet<string>;
  districts: ReadonlySet<string> | null;
  maxMetres: number;
}

type Choice = Pick<Candidate, 'kind' | 'personId' | 'providerId' | 'distanceMetres' | 'score' | 'terms'>;

const VOLUNTEER_METRES = 3_000;
const CARER_METRES = 15_000;
const NEAREST = 40;
/** A little more than those metres, for a first look. */
const VOLUNTEER_DEGREES = 0.03;
const CARER_DEGREES = 0.145;

export class Helpers {
  readonly #all: Helper[];
  /** By district and coarse home: neighbours share what is found for one of them. */
  readonly #nearest = new Map<string, { helper: Helper; metres: number }[]>();
  readonly #known = new Map<string, Map<string, number>>();
  /** `person:day:window` of every promise. */
  readonly #promised = new Set<string>();

  constructor({ volunteers, carers, providers }: Inhabitants) {
    const providerOf = new Map(providers.map((provider) => [provider.id, provider]));
    this.#all = [
      ...volunteers
        .filter((one) => one.state === 'active')
        .map(
          (one): Helper => ({
            ...one,
            place: coarse(one.place),
            kind: 'volunteer',
            providerId: null,
            level: null,
            restDay: null,
            services: new Set(one.services),
            districts: null,
            maxMetres: VOLUNTEER_METRES,
          }),
        ),
      ...carers.map((one): Helper => {
        const provider = providerOf.get(one.providerId);
        return {
          ...one,
          place: coarse(one.place),
          kind: 'carer',
          services: new Set(provider?.services),
          districts: new Set(provider?.districts),
          maxMetres: CARER_METRES,
        };
      }),
    ];
  }

  /**
   * Helpers able and free for a service in windows of a day, the best first, at most `count`: by the same terms as
   * the product's first engine.
   */
  choose(
    elder: DemoElder,
    service: Pick<Service, 'code' | 'intimate' | 'minLevel'>,
    kind: Helper['kind'],
    day: { number: number; weekday: number; windows: readonly number[] },
    count: number,
  ): Choice[] {
    const known = this.#known.get(elder.personId);
    const able = this.#near(elder).filter(
      ({ helper }) =>
        helper.kind === kind &&
        helper.services.has(service.code) &&
        (service.minLevel == null || (helper.level ?? 9) <= service.minLevel) &&
        (!service.intimate || !elder.carerGender || elder.carerGender === helper.gender) &&
        helper.restDay !== day.weekday &&
        day.windows.every((window) => !this.#promised.has(`${helper.personId}:${day.number}:${window}`)),
    );
    return able
      .map(({ helper, metres }): Choice => {
        const distance = Math.round(metres);
        const terms: Choice['terms'] = [
          { code: 'distance', value: Math.round(-distance / 10) / 10 },
          { code: 'continuity', value: 5 * Math.min(known?.get(helper.personId) ?? 0, 3) },
        ];
        const score = Math.round(terms.reduce((sum, term) => sum + term.value, 0) * 10) / 10;
        const { personId, providerId } = helper;
        return { personId, kind, providerId, distanceMetres: distance, score, terms };
      })
      .sort((a, b) => b.score - a.score)
      .slice(0, count);
  }

  /** A helper promises windows of a day to an elder. */
  promise(personId: string, elderId: string, dayNumber: number, windows: readonly number[]): void {
    for (const window of windows) this.#promised.add(`${personId}:${dayNumber}:${window}`);
    const known = this.#known.get(elderId) ?? new Map<string, number>();
    known.set(personId, (known.get(personId) ?? 0) + 1);
    this.#known.set(elderId, known);
  }

  #near(elder: DemoElder): { helper: Helper; metres: number }[] {
    const home = coarse(elder.place);
    const key = `${elder.districtCode}:${home.lat}:${home.lon}`;
    const found = this.#nearest.get(key);
    if (found) return found;
    const inReach: Record<Helper['kind'], { helper: Helper; apart: number }[]> = { volunteer: [], carer: [] };
    for (const helper of this.#all) {
      // Degrees of longitude are shorter here than those of latitude.
      const apart = (helper.place.lat - home.lat) ** 2 + ((helper.place.lon - home.lon) * 0.85) ** 2;
      if (apart > (helper.kind === 'carer' ? CARER_DEGREES : VOLUNTEER_DEGREES) ** 2) continue;
      if (helper.districts?.has(elder.districtCode) ?? true) inReach[helper.kind].push({ helper, apart });
    }
    const nearest = [inReach.volunteer, inReach.carer].flatMap((kind) =>
      kind
        .sort((a, b) => a.apart - b.apart)
        .slice(0, NEAREST)
        .map(({ helper }) => ({ helper, metres: metresBetween(helper.place, home) }))
        .filter(({ helper, metres }) => metres <= helper.maxMetres),
    );
    this.#nearest.set(key, nearest);
    return nearest;
  }
}
