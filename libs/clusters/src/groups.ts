import { JoinedRows } from '@facenet/evaluation';
import type { Constraints } from './constraints.ts';

/** Rows in groups that only ever join, and only where no pair between them is impossible (the root is the smallest row). */
export class Groups {
  readonly #rows: number;
  readonly #joined: JoinedRows;
  readonly #constraints: Constraints;
  /** Of a root with more than one row. */
  readonly #photos = new Map<number, Set<number>>();
  readonly #enemies = new Map<number, readonly number[]>();
  /** Pairs of roots that were found impossible; they stay so while both are roots. */
  readonly #impossible = new Set<number>();

  /** Begins with what must be together. */
  constructor(rows: number, constraints: Constraints) {
    this.#rows = rows;
    this.#joined = new JoinedRows(rows);
    this.#constraints = constraints;
    for (const [a, b] of constraints.must) this.join(a, b);
  }

  rootOf(row: number): number {
    return this.#joined.rootOf(row);
  }

  /** Whether the two are in one group afterwards. */
  join(a: number, b: number): boolean {
    const [one, other] = [this.rootOf(a), this.rootOf(b)];
    if (one === other) return true;
    if (!this.mayJoin(one, other)) return false;
    const [root, gone] = one < other ? [one, other] : [other, one];
    this.#photos.set(root, united(this.#photosOf(root), this.#photosOf(gone)));
    this.#enemies.set(root, [...this.#enemiesOf(root), ...this.#enemiesOf(gone)]);
    this.#photos.delete(gone);
    this.#enemies.delete(gone);
    this.#joined.join(root, gone);
    return true;
  }

  /** Of two roots. */
  mayJoin(one: number, other: number): boolean {
    const key = Math.min(one, other) * this.#rows + Math.max(one, other);
    if (this.#impossible.has(key)) return false;
    const [enemies, opposite] = this.#enemiesOf(one).length <= this.#enemiesOf(other).length ? [this.#enemiesOf(one), other] : [this.#enemiesOf(other), one];
    const possible = !shareOne(this.#photosOf(one), this.#photosOf(other)) && !enemies.some((row) => this.rootOf(row) === opposite);
    if (!possible) this.#impossible.add(key);
    return possible;
  }

  #photosOf(root: number): Set<number> {
    const known = this.#photos.get(root);
    if (known !== undefined) return known;
    const photo = this.#constraints.photo[root]!;
    return photo < 0 ? new Set() : new Set([photo]);
  }

  #enemiesOf(root: number): readonly number[] {
    return this.#enemies.get(root) ?? [...(this.#constraints.cannot[root] ?? [])];
  }
}

function united(a: Set<number>, b: Set<number>): Set<number> {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  for (const value of small) large.add(value);
  return large;
}

function shareOne(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  for (const value of small) if (large.has(value)) return true;
  return false;
}
