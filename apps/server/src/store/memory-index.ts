import type { Neighbour } from './store.ts';

type Entry = Omit<Neighbour, 'distance'>;

/** Vectors side by side in memory, searched one by one: exact, about 0.1 ms per thousand of 128 numbers. */
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
      const distance = this.#distance(query, place * this.#size);
      if (distance >= farthest) continue;
      let index = nearest.length;
      while (index > 0 && nearest[index - 1]!.distance > distance) index--;
      nearest.splice(index, 0, { place, distance });
      if (nearest.length > limit) nearest.pop();
      if (nearest.length === limit) farthest = nearest[limit - 1]!.distance;
    }
    return nearest.map(({ place, distance }) => ({ ...this.#entries[place]!, distance }));
  }

  #distance(query: Float32Array, offset: number): number {
    const numbers = this.#numbers;
    let sum = 0;
    for (let index = 0; index < query.length; index++) {
      const difference = query[index]! - numbers[offset + index]!;
      sum += difference * difference;
    }
    return sum;
  }
}
