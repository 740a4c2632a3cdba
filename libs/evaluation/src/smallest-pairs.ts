/** Keeps the `limit` closest of any number of pairs with the two people in each, in memory for at most twice as many. */
export class SmallestPairs {
  readonly #limit: number;
  #distances: Float64Array;
  #first: Int32Array;
  #second: Int32Array;
  #count = 0;
  /** Pairs from this distance on need not be added. */
  cutoff = Infinity;

  constructor(limit: number) {
    this.#limit = limit;
    const length = Math.min(2 * limit, 1024);
    [this.#distances, this.#first, this.#second] = [new Float64Array(length), new Int32Array(length), new Int32Array(length)];
  }

  add(distance: number, first: number, second: number): void {
    if (distance >= this.cutoff || this.#limit === 0) return;
    if (this.#count === this.#distances.length) this.#makeRoom();
    this.#distances[this.#count] = distance;
    this.#first[this.#count] = first;
    this.#second[this.#count++] = second;
  }

  /** Ascending by distance. */
  sorted(): { different: Float64Array; first: Int32Array; second: Int32Array } {
    if (this.#count > this.#limit) this.#discard();
    const distances = this.#distances;
    const order = Uint32Array.from({ length: this.#count }, (_, i) => i).sort((a, b) => distances[a]! - distances[b]!);
    return {
      different: Float64Array.from(order, (i) => distances[i]!),
      first: Int32Array.from(order, (i) => this.#first[i]!),
      second: Int32Array.from(order, (i) => this.#second[i]!),
    };
  }

  #makeRoom(): void {
    if (this.#count < 2 * this.#limit) {
      this.#grow(Math.min(2 * this.#limit, 2 * this.#count));
    } else {
      this.#discard();
    }
  }

  #discard(): void {
    this.cutoff = this.#distances.slice(0, this.#count).sort()[this.#limit - 1]!;
    // Of pairs right at the cutoff only as many as fit.
    let equal = this.#limit;
    for (let i = 0; i < this.#count; i++) if (this.#distances[i]! < this.cutoff) equal--;
    let kept = 0;
    for (let i = 0; i < this.#count; i++) {
      const distance = this.#distances[i]!;
      if (distance > this.cutoff || (distance === this.cutoff && equal-- <= 0)) continue;
      this.#distances[kept] = distance;
      this.#first[kept] = this.#first[i]!;
      this.#second[kept++] = this.#second[i]!;
    }
    this.#count = kept;
  }

  #grow(length: number): void {
    const [distances, first, second] = [new Float64Array(length), new Int32Array(length), new Int32Array(length)];
    distances.set(this.#distances);
    first.set(this.#first);
    second.set(this.#second);
    [this.#distances, this.#first, this.#second] = [distances, first, second];
  }
}
