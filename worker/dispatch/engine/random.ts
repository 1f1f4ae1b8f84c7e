/** A quick random sequence from a seed (xorshift32), for the search's inner loops. */
export class Random {
  #state: number;

  constructor(seed: number) {
    // Small seeds are spread over the whole word; the state is never zero.
    this.#state = Math.imul((seed | 0) + 0x9e3779b9, 0x85ebca6b) | 1;
    for (let i = 0; i < 8; i++) this.next();
  }

  /** In [0, 1). */
  next(): number {
    let s = this.#state;
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    this.#state = s;
    return (s >>> 0) / 4_294_967_296;
  }

  /** A whole number in [0, below). */
  below(below: number): number {
    return (this.next() * below) | 0;
  }
}
