import type { Neighbour } from './store.ts';

type Entry = Omit<Neighbour, 'distance'>;

/** Numbers of a vector after which it is seen whether it is too far already. */
const stride = 16;

/** Vectors side by side in memory, searched one by one: exact. */
export class MemoryIndex {
  readonly #size: number;
  readonly #entries: Entry[] = [];
  readonly #places = new Map<string, number>();
  #numbers: Float32Array;

  constructor(size: number) {
    this.#size = size;
    this.#numbers = new Float32Array(size * 1_024);
  }

  /** Adds a face, or replaces what is known of it. */
  put(entry: Entry, vector: Float32Array): void {
    const place = this.#places.get(entry.faceId) ?? this.#entries.length;
    if ((place + 1) * this.#size > this.#numbers.length) {
      const larger = new Float32Array(this.#numbers.length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers.set(vector, place * this.#size);
    this.#entries[place] = entry;
    this.#places.set(entry.faceId, place);
  }

  nearest(query: Float32Array, limit: number, named: boolean): readonly Neighbour[] {
    // The nearest so far, in order; few, so that inserting into a list is cheaper than a heap.
    const nearest: { readonly place: number; readonly distance: number }[] = [];
    let farthest = Infinity;
    for (let place = 0; place < this.#entries.length; place++) {
      if (named && this.#entries[place]!.personId === null) continue;
      const distance = this.#distance(query, place * this.#size, farthest);
      if (distance >= farthest) continue;
      let index = nearest.length;
      while (index > 0 && nearest[index - 1]!.distance > distance) index--;
      nearest.splice(index, 0, { place, distance });
      if (nearest.length > limit) nearest.pop();
      if (nearest.length === limit) farthest = nearest[limit - 1]!.distance;
    }
    return nearest.map(({ place, distance }) => ({ ...this.#entries[place]!, distance }));
  }

  /** Squared, or a part of it that is `limit` already: most are further away than that by a part of their numbers. */
  #distance(query: Float32Array, offset: number, limit: number): number {
    const numbers = this.#numbers;
    const { length } = query;
    let sum = 0;
    for (let start = 0; start < length && sum < limit; start += stride) {
      const end = Math.min(length, start + stride);
      // Two sums, since each addition to one waits for the last.
      let [even, odd] = [0, 0];
      let index = start;
      for (; index + 1 < end; index += 2) {
        const [a, b] = [query[index]! - numbers[offset + index]!, query[index + 1]! - numbers[offset + index + 1]!];
        even += a * a;
        odd += b * b;
      }
      if (index < end) even += (query[index]! - numbers[offset + index]!) ** 2;
      sum += even + odd;
    }
    return sum;
  }
}
