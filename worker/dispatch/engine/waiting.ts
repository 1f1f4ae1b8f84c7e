/** The visits that nobody makes at the moment, in no order: one is found, added and taken out in constant time. */
import type { Random } from './random.ts';

export class Waiting {
  readonly #list: Int32Array;
  readonly #at: Int32Array;
  count = 0;

  constructor(visits: number) {
    this.#list = new Int32Array(visits);
    this.#at = new Int32Array(visits).fill(-1);
  }

  has(visit: number): boolean {
    return this.#at[visit] !== -1;
  }

  set(visit: number, waits: boolean): void {
    const at = this.#at[visit] as number;
    if (waits && at < 0) {
      this.#at[visit] = this.count;
      this.#list[this.count++] = visit;
    } else if (!waits && at >= 0) {
      const last = this.#list[--this.count] as number;
      this.#list[at] = last;
      this.#at[last] = at;
      this.#at[visit] = -1;
    }
  }

  /** One drawn at random; there must be one. */
  draw(random: Random): number {
    return this.#list[random.below(this.count)] as number;
  }
}
