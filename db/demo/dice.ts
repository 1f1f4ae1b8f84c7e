/** The chances of a demo city: every number comes from one seed, so that a city can be made again. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** The first numbers of seeds that are near each other are alike: they are not used. */
const WARM_UP = 64;

export class Dice {
  readonly #generator;
  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
    for (let i = 0; i < WARM_UP; i++) this.#generator.next();
  }

  /** A whole number, both bounds included. */
  whole(from: number, to: number): number {
    return uniformInt(this.#generator, from, to);
  }

  /** From 0 up to, not including, 1. */
  share(): number {
    return this.whole(0, 2 ** 31 - 1) / 2 ** 31;
  }

  /** True with a probability from 0 to 1. */
  chance(probability: number): boolean {
    return this.share() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.whole(0, items.length - 1)] as T;
  }

  /** One of the items, each as likely as its weight says. */
  weighted<T>(items: readonly (readonly [T, number])[]): T {
    let left = this.share() * items.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [item, weight] of items) {
      left -= weight;
      if (left < 0) return item;
    }
    return items.at(-1)?.[0] as T;
  }

  /** Around a mean, in the shape of a bell. */
  around(mean: number, deviation: number): number {
    const sum = this.share() + this.share() + this.share() + this.share();
    return mean + (sum - 2) * Math.sqrt(3) * deviation;
  }

  /** 16 bytes, the random part of a key. */
  bytes(): Uint8Array {
    const words = Int32Array.from({ length: 4 }, () => this.#generator.next());
    return new Uint8Array(words.buffer);
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.whole(0, 9)).join('');
  }
}
