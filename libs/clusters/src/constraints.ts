import type { Link } from './links.ts';
import { LinkConflict } from './cluster-error.ts';

/** What is known of a face beside its vector. */
export interface LinkedFace {
  readonly id: string;
  /** Faces of one photo are of different people. */
  readonly photoId: string | null;
}

/** Links between rows of a list of faces. */
export interface Constraints {
  readonly must: readonly (readonly [number, number])[];
  /** Of each row, those it cannot be linked with by what was said; undefined where there are none. */
  readonly cannot: readonly (ReadonlySet<number> | undefined)[];
  /** Number of each row's photo; rows of one photo cannot be linked. −1 without a photo. */
  readonly photo: Int32Array;
}

/** Links of faces that are not in the list say nothing. A LinkConflict names a pair that must and cannot be one person. */
export function readConstraints(faces: readonly LinkedFace[], links: readonly Link[]): Constraints {
  const rowOf = new Map(faces.map(({ id }, row) => [id, row]));
  const must: (readonly [number, number])[] = [];
  const cannot: (Set<number> | undefined)[] = new Array<undefined>(faces.length).fill(undefined);
  for (const { kind, a, b } of links) {
    const [first, second] = [rowOf.get(a), rowOf.get(b)];
    if (first === undefined || second === undefined || first === second) continue;
    if (kind === 'must') must.push([first, second]);
    else {
      (cannot[first] ??= new Set()).add(second);
      (cannot[second] ??= new Set()).add(first);
    }
  }
  const constraints = { must, cannot, photo: photosOf(faces) };
  requireConsistent(faces, constraints);
  return constraints;
}

export function mayBeLinked({ cannot, photo }: Constraints, a: number, b: number): boolean {
  return (photo[a]! < 0 || photo[a] !== photo[b]) && cannot[a]?.has(b) !== true;
}

function photosOf(faces: readonly LinkedFace[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(faces, ({ photoId }) => {
    if (photoId === null) return -1;
    const number = numbers.get(photoId) ?? numbers.size;
    numbers.set(photoId, number);
    return number;
  });
}

/** Within each group that must-links make, every pair has to be possible. */
function requireConsistent(faces: readonly LinkedFace[], constraints: Constraints): void {
  const next = new Map<number, number[]>();
  for (const [a, b] of constraints.must) {
    next.set(a, [...(next.get(a) ?? []), b]);
    next.set(b, [...(next.get(b) ?? []), a]);
  }
  const seen = new Set<number>();
  for (const start of next.keys()) {
    if (seen.has(start)) continue;
    const group = [...pathsFrom(start, next).keys()];
    for (const row of group) seen.add(row);
    const found = impossiblePair(group, constraints);
    if (found === undefined) continue;
    const [a, b] = found;
    const reason = constraints.cannot[a]?.has(b) ? 'cannot be one person' : 'are of one photo';
    throw new LinkConflict(pairOf(faces, a, b), pathBetween(a, b, next).map(([from, to]) => pairOf(faces, from, to)), reason);
  }
}

/** Two of these rows that cannot be one person. */
export function impossiblePair(group: readonly number[], { cannot, photo }: Pick<Constraints, 'cannot' | 'photo'>): readonly [number, number] | undefined {
  const members = new Set(group);
  const firstOfPhoto = new Map<number, number>();
  for (const row of group) {
    const enemy = [...(cannot[row] ?? [])].find((other) => members.has(other));
    if (enemy !== undefined) return [row, enemy];
    const mate = photo[row]! < 0 ? undefined : firstOfPhoto.get(photo[row]!);
    if (mate !== undefined) return [mate, row];
    firstOfPhoto.set(photo[row]!, row);
  }
  return undefined;
}

/** Every row that links lead to, and where from; breadth first, so the way is a shortest one. */
function pathsFrom(start: number, next: ReadonlyMap<number, readonly number[]>): Map<number, number> {
  const from = new Map([[start, start]]);
  for (const row of from.keys()) {
    for (const other of next.get(row) ?? []) if (!from.has(other)) from.set(other, row);
  }
  return from;
}

function pathBetween(a: number, b: number, next: ReadonlyMap<number, readonly number[]>): (readonly [number, number])[] {
  const from = pathsFrom(a, next);
  const path: (readonly [number, number])[] = [];
  for (let row = b; row !== a; row = from.get(row)!) path.unshift([from.get(row)!, row]);
  return path;
}

function pairOf(faces: readonly LinkedFace[], a: number, b: number): Pick<Link, 'a' | 'b'> {
  return { a: faces[a]!.id, b: faces[b]!.id };
}
