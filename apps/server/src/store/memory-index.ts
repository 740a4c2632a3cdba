import { setImmediate } from 'node:timers/promises';
import { Nearest } from './nearest.ts';
import type { Neighbour } from './store.ts';

type Entry = Omit<Neighbour, 'distance'>;

/** Numbers of a vector after which it is seen whether it is too far already. */
const stride = 16;
/** Faces that are looked at before others have their turn. */
const atOnce = 50_000;

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

  /** The nearest first. */
  nearest(query: Float32Array, limit: number, named: boolean): readonly Neighbour[] {
    const nearest = new Nearest(limit);
    this.#look(query, named, nearest, 0, this.#entries.length);
    return this.#neighbours(nearest);
  }

  /** The same, letting others have their turn in between: a million faces take tens of milliseconds. */
  async nearestGently(query: Float32Array, limit: number, named: boolean): Promise<readonly Neighbour[]> {
    const nearest = new Nearest(limit);
    for (let start = 0; start < this.#entries.length; start += atOnce) {
      if (start > 0) await setImmediate();
      this.#look(query, named, nearest, start, Math.min(this.#entries.length, start + atOnce));
    }
    return this.#neighbours(nearest);
  }

  #look(query: Float32Array, named: boolean, nearest: Nearest, start: number, end: number): void {
    for (let place = start; place < end; place++) {
      if (named && this.#entries[place]!.personId === null) continue;
      nearest.offer(place, this.#distance(query, place * this.#size, nearest.farthest));
    }
  }

  #neighbours({ found }: Nearest): readonly Neighbour[] {
    return found.map(({ place, distance }) => ({ ...this.#entries[place]!, distance }));
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
