/** Places and travel of VROOM's JSON: either indices into matrices by profile, or coordinates and the default estimate. */

import { type ModeName, type Modes, sped } from '../../../db/dispatch/travel.ts';
import type { Travel } from '../problem.ts';
import type { RoadProfile } from '../travel/byRoad.ts';
import type { Fields } from './fields.ts';
import { FormatError, missing, unsupported } from './formatError.ts';
import type { JsonDocument, Matrix } from './json.ts';
import type { PlanPlace } from './vroomPlan.ts';

/** What routing servers call their profiles, by our modes. */
const modeOfProfile: Readonly<Record<string, ModeName>> = {
  walk: 'walk',
  walking: 'walk',
  foot: 'walk',
  pedestrian: 'walk',
  'foot-walking': 'walk',
  ebike: 'ebike',
  bike: 'ebike',
  bicycle: 'ebike',
  cycling: 'ebike',
  'cycling-regular': 'ebike',
  'cycling-electric': 'ebike',
  transit: 'transit',
  bus: 'transit',
  car: 'car',
  auto: 'car',
  driving: 'car',
  'driving-car': 'car',
};

/** Whether a path of VROOM's JSON is that of a matrix. */
export const isVroomMatrix = (path: string[]): boolean =>
  path.join() === 'matrix' ||
  (path.length === 3 && path[0] === 'matrices' && /^(durations|distances|costs)$/.test(path[2] as string));

/** Numbers the places and the modes as jobs and vehicles name them. */
export class VroomPlaces {
  readonly profiles: RoadProfile[] = [];
  readonly #matrices: Map<string, Matrix> | null;
  readonly #size: number;
  readonly #modes: Modes;
  readonly #byPosition = new Map<string, number>();
  readonly #lon: number[] = [];
  readonly #lat: number[] = [];

  constructor(top: Fields, document: JsonDocument, modes: Modes) {
    this.#matrices = top.has('matrices') || top.has('matrix') ? matricesByProfile(top, document) : null;
    this.#size = this.#matrices?.values().next().value?.size ?? 0;
    this.#modes = modes;
  }

  get hasMatrices(): boolean {
    return this.#matrices !== null;
  }

  /** The place of a job or of one end of a round; null when it has neither index nor coordinates. */
  place(owner: Fields, name: string, indexName: string): PlanPlace | null {
    const location = owner.has(name) ? owner.position(name) : undefined;
    if (this.#matrices) {
      if (!owner.has(indexName)) {
        if (location) throw missing(owner.at(indexName));
        return null;
      }
      const index = owner.whole(indexName, { most: this.#size - 1 });
      return { place: index, location, index };
    }
    if (owner.has(indexName) && !location)
      throw new FormatError(
        owner.at(indexName),
        `需要 matrices；没有矩阵时请给出 ${name}`,
        `needs matrices; without them give ${name} as [longitude, latitude]`,
      );
    return location ? { place: this.#numbered(location), location } : null;
  }

  #numbered([lon, lat]: [number, number]): number {
    const key = `${lon},${lat}`;
    const place = this.#byPosition.get(key) ?? this.#lon.length;
    if (place === this.#lon.length) {
      this.#byPosition.set(key, place);
      this.#lon.push(lon);
      this.#lat.push(lat);
    }
    return place;
  }

  /** The mode of a vehicle: its profile gone so many times as fast. */
  mode(vehicle: Fields): number {
    const name = vehicle.has('profile') ? vehicle.text('profile') : 'car';
    const speedFactor = vehicle.number('speed_factor', { least: 0.01, most: 5, otherwise: 1 });
    const known = [...(this.#matrices ?? new Map(Object.entries(modeOfProfile))).keys()];
    if (!known.includes(name))
      throw new FormatError(
        vehicle.at('profile'),
        `${name} 没有${this.#matrices ? '矩阵' : '估算方法'}；可用的有 ${known.join('、')}`,
        `is ${name}, for which there is no ${this.#matrices ? 'matrix' : 'estimate'}; known are ${known.join(', ')}`,
      );
    const mode = this.profiles.findIndex((one) => one.name === name && one.speedFactor === speedFactor);
    return mode >= 0 ? mode : this.profiles.push({ name, speedFactor }) - 1;
  }

  travel(): Travel {
    const matrices = this.#matrices;
    if (matrices)
      return {
        places: this.#size,
        matrices: this.profiles.map(({ name, speedFactor }) => {
          const { cells } = matrices.get(name) as Matrix;
          return speedFactor === 1 ? cells : cells.map((seconds) => Math.round(seconds / speedFactor));
        }),
        coordinates: null,
      };
    const modes = this.profiles.map(({ name, speedFactor }) =>
      sped(this.#modes[modeOfProfile[name] as ModeName], speedFactor),
    );
    return {
      places: this.#lon.length,
      matrices: null,
      coordinates: { lat: Float64Array.from(this.#lat), lon: Float64Array.from(this.#lon), modes },
    };
  }
}

const durationsAlone = [
  '计划只按 durations 计算，请删去',
  'plans are made from durations alone, so leave it out',
] as const;

function matricesByProfile(top: Fields, { matrices }: JsonDocument): Map<string, Matrix> {
  if (top.has('matrices') && top.has('matrix'))
    throw unsupported('matrix', '已有 matrices', 'there are matrices already; give one of the two');
  const paths = new Map<string, string>();
  if (top.has('matrix')) paths.set('car', 'matrix');
  else
    for (const profile of top.object('matrices').names()) {
      const fields = top.object('matrices').object(profile);
      fields.knowOnly(['durations'], { distances: durationsAlone, costs: durationsAlone });
      paths.set(profile, fields.at('durations'));
    }
  const found = new Map<string, Matrix>();
  for (const [profile, path] of paths) {
    const matrix = matrices.get(path);
    if (!matrix) throw new FormatError(path, '应为方阵 [[…]]', 'must be a square matrix [[…]]');
    const [one = matrix] = found.values();
    if (one.size !== matrix.size)
      throw new FormatError(
        path,
        `应与其他矩阵同为 ${one.size} 个地点`,
        `must have ${one.size} places like the other matrices, not ${matrix.size}`,
      );
    found.set(profile, matrix);
  }
  if (found.size === 0) throw missing('matrices.car.durations');
  return found;
}
