/** Keeps the `limit` smallest of any number of values, in memory for at most twice as many. */
export class Smallest {
  readonly #limit: number;
  #values: Float64Array;
  #count = 0;
  /** Values from here on need not be added. */
  cutoff = Infinity;

  constructor(limit: number) {
    this.#limit = limit;
    this.#values = new Float64Array(Math.min(2 * limit, 1024));
  }

  add(value: number): void {
    if (value >= this.cutoff) return;
    if (this.#count === this.#values.length) this.#makeRoom();
    this.#values[this.#count++] = value;
  }

  /** Ascending. */
  sorted(): Float64Array {
    return this.#values.slice(0, this.#count).sort().slice(0, this.#limit);
  }

  #makeRoom(): void {
    if (this.#count < 2 * this.#limit) {
      const grown = new Float64Array(Math.min(2 * this.#limit, 2 * this.#count));
      grown.set(this.#values);
      this.#values = grown;
      return;
    }
    this.#values.sort();
    this.#count = this.#limit;
    this.cutoff = this.#values[this.#limit - 1]!;
  }
}
