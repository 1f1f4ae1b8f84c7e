/** The places of a problem that is reckoned from coordinates. */

/** Positions by number, each once. */
export class Places {
  readonly #numbers = new Map<string, number>();
  readonly #lat: number[] = [];
  readonly #lon: number[] = [];

  of(lat: number, lon: number): number {
    const key = `${lat},${lon}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#lat.length);
    this.#lat.push(lat);
    this.#lon.push(lon);
    return this.#lat.length - 1;
  }

  get count(): number {
    return this.#lat.length;
  }

  arrays(): { lat: Float64Array; lon: Float64Array } {
    return { lat: Float64Array.from(this.#lat), lon: Float64Array.from(this.#lon) };
  }
}
