import type { Steps } from './steps.ts';

const buckets = 2048;

/** Pairs of rows that are visited from the nearest to the furthest. */
export class Edges {
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #nearness: number[] = [];

  /** `nearness` from 0 to 1. */
  add(from: number, to: number, nearness: number): void {
    this.#from.push(from);
    this.#to.push(to);
    this.#nearness.push(nearness);
  }

  /** Of equally near ones those with the smallest rows first. A few at a time are sorted, since sorting all would hold up others. */
  *inOrder(visit: (from: number, to: number) => void): Steps<void> {
    const places: number[][] = Array.from({ length: buckets }, () => []);
    this.#nearness.forEach((nearness, edge) => { places[Math.min(buckets - 1, Math.floor(nearness * buckets))]!.push(edge); });
    for (const edges of places) {
      edges.sort((a, b) => this.#nearness[a]! - this.#nearness[b]! || this.#from[a]! - this.#from[b]! || this.#to[a]! - this.#to[b]!);
      for (const edge of edges) visit(this.#from[edge]!, this.#to[edge]!);
      yield 1;
    }
  }
}
