import type { Link } from './links.ts';
import type { ClusterFace } from './cluster-faces.ts';

/** Numbers for tests: a linear congruential generator (Numerical Recipes' constants). */
export function testRandom(seed: number): { next(): number; integer(below: number): number } {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return { next, integer: (below) => Math.floor(next() * below) };
}

/** Angles on the unit circle, in degrees, as faces a, b, c and so on; `photos` names the photo of some. */
export function circle(degrees: readonly number[], photos: Readonly<Record<string, string>> = {}): ClusterFace[] {
  return degrees.map((angle, i) => {
    const id = String.fromCharCode(97 + i);
    return { id, photoId: photos[id] ?? null, modelId: 'v1', vector: Float32Array.of(Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)) };
  });
}

/** Squared distance of two vectors so many degrees apart. */
export const squared = (degrees: number): number => 2 - 2 * Math.cos((degrees * Math.PI) / 180);

export interface RandomFaces {
  readonly count: number;
  readonly people: number;
  readonly size: number;
  readonly spread: number;
  /** Faces of a photo. */
  readonly perPhoto?: number;
}

/** Unit vectors around one direction for each person, in random order. */
export function randomFaces(seed: number, { count, people, size, spread, perPhoto }: RandomFaces): (ClusterFace & { readonly person: number })[] {
  const random = testRandom(seed);
  const direction = (): number[] => Array.from({ length: size }, () => random.next() + random.next() + random.next() - 1.5);
  const centres = Array.from({ length: people }, direction);
  return Array.from({ length: count }, (_, i) => {
    const person = random.integer(people);
    const noise = direction();
    const values = centres[person]!.map((value, at) => value + spread * noise[at]!);
    const length = Math.hypot(...values);
    const photoId = perPhoto === undefined ? null : `photo-${random.integer(Math.ceil(count / perPhoto))}`;
    return { id: `face-${String(i).padStart(5, '0')}`, person, photoId, modelId: 'v1', vector: Float32Array.from(values, (value) => value / length) };
  });
}

/** Links that a person could have set who knows everyone: none contradicts another, nor a photo. */
export function truthfulLinks(seed: number, faces: readonly (ClusterFace & { readonly person: number })[], count: number): Link[] {
  const random = testRandom(seed);
  const photosOf = new Map<string, Set<string>>();
  return Array.from({ length: count }, () => [faces[random.integer(faces.length)]!, faces[random.integer(faces.length)]!] as const).flatMap(([x, y]): Link[] => {
    if (x.id === y.id) return [];
    if (x.person !== y.person) return [{ kind: 'cannot', a: x.id, b: y.id }];
    // Faces of one photo that happen to be of one person would contradict.
    const [one, other] = [photosOf.get(x.id) ?? new Set([x.photoId ?? x.id]), photosOf.get(y.id) ?? new Set([y.photoId ?? y.id])];
    if (one !== other && [...one].some((photo) => other.has(photo))) return [];
    const all = new Set([...one, ...other]);
    for (const face of faces) {
      const own = photosOf.get(face.id);
      if (face.id === x.id || face.id === y.id || (own !== undefined && (own === one || own === other))) photosOf.set(face.id, all);
    }
    return [{ kind: 'must', a: x.id, b: y.id }];
  });
}
