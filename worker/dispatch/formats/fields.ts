/** The fields of a JSON object, each read as what it must be; what is something else is refused by its path. */
import type { Window } from '../problem.ts';
import { FormatError, missing } from './formatError.ts';

/** Later than any time of a problem, whose times are all below it. */
export const FOREVER = 1_000_000_000;

interface Range {
  least?: number;
  most?: number;
  otherwise?: number;
}

/** Why a field that others have is not supported, in both languages. */
export type Refused = Readonly<Record<string, readonly [zh: string, en: string]>>;

export class Fields {
  readonly path: string;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new FormatError(path, '应为对象 {…}', 'must be an object {…}');
    this.path = path;
    this.#values = value as Record<string, unknown>;
  }

  at(name: string): string {
    return this.path ? `${this.path}.${name}` : name;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  names(): string[] {
    return Object.keys(this.#values);
  }

  value(name: string): unknown {
    const value = this.#values[name];
    if (value === undefined) throw missing(this.at(name));
    return value;
  }

  /** Refuses every field that is not among those known, with a reason where there is one. */
  knowOnly(known: readonly string[], refused: Refused = {}): void {
    for (const name of this.names()) {
      if (known.includes(name)) continue;
      const why = Object.hasOwn(refused, name) ? refused[name] : undefined;
      throw why
        ? new FormatError(this.at(name), `不支持：${why[0]}`, `is not supported: ${why[1]}`)
        : new FormatError(
            this.at(name),
            `不认识此字段；可用的有 ${known.join('、')}`,
            `is not a known field; known are ${known.join(', ')}`,
          );
    }
  }

  /** A whole number, from 0 unless said otherwise. */
  whole(name: string, range: Range = {}): number {
    if (range.otherwise !== undefined && !this.has(name)) return range.otherwise;
    return whole(this.value(name), this.at(name), range);
  }

  /** Any number within the range. */
  number(name: string, range: Range = {}): number {
    if (range.otherwise !== undefined && !this.has(name)) return range.otherwise;
    return number(this.value(name), this.at(name), range);
  }

  text(name: string): string {
    const value = this.value(name);
    if (typeof value !== 'string') throw new FormatError(this.at(name), '应为文字', 'must be a text');
    return value;
  }

  /** The elements of an array with their paths. */
  list(name: string): { value: unknown; path: string }[] {
    const value = this.value(name);
    if (!Array.isArray(value)) throw new FormatError(this.at(name), '应为数组 […]', 'must be an array […]');
    return value.map((one, i) => ({ value: one, path: `${this.at(name)}[${i}]` }));
  }

  object(name: string): Fields {
    return new Fields(this.value(name), this.at(name));
  }

  objects(name: string): Fields[] {
    return this.list(name).map(({ value, path }) => new Fields(value, path));
  }

  /** Whole numbers from 0; none when the field is absent. */
  wholes(name: string, most?: number): number[] {
    return this.has(name) ? this.list(name).map(({ value, path }) => whole(value, path, { most })) : [];
  }

  /** `[longitude, latitude]` in degrees. */
  position(name: string): [lon: number, lat: number] {
    const [lon, lat, ...more] = this.list(name);
    if (!lon || !lat || more.length > 0)
      throw new FormatError(this.at(name), '应为 [经度, 纬度]', 'must be [longitude, latitude]');
    return [
      number(lon.value, lon.path, { least: -180, most: 180 }),
      number(lat.value, lat.path, { least: -90, most: 90 }),
    ];
  }
}

export function number(value: unknown, path: string, { least = 0, most = FOREVER }: Range = {}): number {
  if (typeof value !== 'number' || !(value >= least && value <= most))
    throw new FormatError(path, `应为 ${least} 到 ${most} 的数`, `must be a number from ${least} to ${most}`);
  return value;
}

export function whole(value: unknown, path: string, { least = 0, most = FOREVER }: Range = {}): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw new FormatError(
      path,
      `应为 ${least} 到 ${most} 的整数`,
      `must be a whole number from ${least} to ${most}`,
    );
  return value;
}

/** `[from, until]` in the file's own units, both whole numbers or, with a scale, finer by that. */
export function windowOf(
  value: unknown,
  path: string,
  read: (value: unknown, path: string) => number,
): Window {
  if (!Array.isArray(value) || value.length !== 2)
    throw new FormatError(path, '应为 [开始, 结束]', 'must be [from, until]');
  const [from, until] = [read(value[0], `${path}[0]`), read(value[1], `${path}[1]`)];
  if (until < from) throw new FormatError(path, '结束应不早于开始', 'must not end before it begins');
  return { from, until };
}

/** A time of the file in units so much finer; refused when it is finer still, so that nothing is rounded away. */
export function scaled(value: unknown, path: string, scale: number): number {
  const units = number(value, path) * scale;
  const nearest = Math.round(units);
  if (Math.abs(units - nearest) > 1e-6 * Math.max(1, scale))
    throw new FormatError(
      path,
      `最多应有 ${Math.log10(scale)} 位小数`,
      `must have at most ${Math.log10(scale)} decimals`,
    );
  if (nearest > FOREVER)
    throw new FormatError(path, `应不超过 ${FOREVER / scale}`, `must be at most ${FOREVER / scale}`);
  return nearest;
}
