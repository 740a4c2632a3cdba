import { type Constraints, mayBeLinked } from './constraints.ts';
import { closePairs } from './distance-tiles.ts';
import type { Steps } from './steps.ts';

/** How near two rows are: their distance as a share of the threshold of the models that made them; neighbours below 1. */
export type Nearness = (a: number, b: number, distance: number) => number;

/** The neighbours of each row among those it may be linked with: how many, and the nearest `kept` of them. */
export class Neighbourhood {
  readonly kept: number;
  readonly counts: Int32Array;
  readonly #rows: Int32Array;
  readonly #nearness: Float64Array;
  /** The furthest that a full list holds, and its place. */
  readonly #worst: Float64Array;
  readonly #worstAt: Int32Array;

  constructor(rows: number, kept: number) {
    this.kept = kept;
    this.counts = new Int32Array(rows);
    this.#rows = new Int32Array(rows * kept);
    this.#nearness = new Float64Array(rows * kept);
    this.#worst = new Float64Array(rows).fill(Infinity);
    this.#worstAt = new Int32Array(rows);
  }

  add(row: number, other: number, nearness: number): void {
    const place = this.counts[row]!++;
    if (place < this.kept) this.#put(row, place, other, nearness);
    else if (nearness < this.#worst[row]!) this.#put(row, this.#worstAt[row]!, other, nearness);
  }

  /** Whether there are more neighbours than are kept. */
  isCut(row: number): boolean {
    return this.counts[row]! > this.kept;
  }

  forEach(row: number, visit: (other: number, nearness: number) => void): void {
    const start = row * this.kept;
    const end = start + Math.min(this.counts[row]!, this.kept);
    for (let at = start; at < end; at++) visit(this.#rows[at]!, this.#nearness[at]!);
  }

  #put(row: number, place: number, other: number, nearness: number): void {
    const start = row * this.kept;
    this.#rows[start + place] = other;
    this.#nearness[start + place] = nearness;
    if (this.counts[row]! < this.kept) return;
    let worst = 0;
    for (let i = 1; i < this.kept; i++) if (this.#nearness[start + i]! > this.#nearness[start + worst]!) worst = i;
    this.#worst[row] = this.#nearness[start + worst]!;
    this.#worstAt[row] = worst;
  }
}

/** Compares all pairs of rows once. */
export function* findNeighbours(
  vectors: readonly Float32Array[], constraints: Constraints, { limit, nearness, kept }: { readonly limit: number; readonly nearness: Nearness; readonly kept: number },
): Steps<Neighbourhood> {
  const found = new Neighbourhood(vectors.length, kept);
  yield* closePairs(vectors, limit, (a, b, distance) => {
    const near = nearness(a, b, distance);
    if (!(near < 1) || !mayBeLinked(constraints, a, b)) return;
    found.add(a, b, near);
    found.add(b, a, near);
  });
  return found;
}
