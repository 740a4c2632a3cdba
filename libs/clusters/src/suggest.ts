import type { Link } from './links.ts';
import type { ClusterFace } from './cluster-faces.ts';
import { readConstraints } from './constraints.ts';
import { closePairs } from './distance-tiles.ts';
import { pairThresholds, type ThresholdOf } from './pair-thresholds.ts';
import { runSteps, type Steps } from './steps.ts';

/** Faces that are known to be one person: a cluster, or a person with a name. */
export interface FaceGroup {
  readonly id: string;
  readonly kind: 'cluster' | 'person';
  readonly faces: readonly ClusterFace[];
}

export interface SuggestOptions {
  /** Below it two faces match. */
  readonly match: ThresholdOf;
  /** From there on they are two people. */
  readonly ambiguous: ThresholdOf;
  readonly limit?: number;
}

/** Two groups that may be one person, and the two faces that say so. */
export interface Suggestion {
  readonly a: string;
  readonly b: string;
  readonly faceA: string;
  readonly faceB: string;
  /** Of the two faces, squared. */
  readonly distance: number;
  /** A match that grouping left apart deserves the question more than what is only near one. */
  readonly decision: 'match' | 'ambiguous';
}

/**
 * Asks "same person?" of pairs of groups whose closest faces are nearer than the ambiguous threshold, the nearest first.
 * Never of two persons, whom somebody told apart, nor of groups that cannot be one: by a link, or by a photo of both.
 */
export function suggestSame(groups: readonly FaceGroup[], links: readonly Link[], options: SuggestOptions): Suggestion[] {
  return runSteps(suggestSteps(groups, links, options));
}

export function* suggestSteps(groups: readonly FaceGroup[], links: readonly Link[], { match, ambiguous, limit = 100 }: SuggestOptions): Steps<Suggestion[]> {
  const faces = groups.flatMap((group) => group.faces);
  const groupOf = Int32Array.from(groups.flatMap((group, number) => group.faces.map(() => number)));
  const models = faces.map(({ modelId }) => modelId);
  const [near, sure] = [pairThresholds(models, ambiguous), pairThresholds(models, match)];
  const apart = impossiblePairs(groups, faces, links, groupOf);
  const closest = new Map<number, { readonly a: number; readonly b: number; readonly distance: number; readonly nearness: number }>();
  yield* closePairs(faces.map(({ vector }) => vector), near.limit, (a, b, distance) => {
    const [one, other] = [groupOf[a]!, groupOf[b]!];
    if (one === other || (groups[one]!.kind === 'person' && groups[other]!.kind === 'person')) return;
    const nearness = near.nearness(a, b, distance);
    if (!(nearness < 1)) return;
    const key = one * groups.length + other;
    const known = closest.get(key);
    if (known === undefined ? !apart.has(key) : nearness < known.nearness) closest.set(key, { a, b, distance, nearness });
  });
  return [...closest.values()].sort((x, y) => x.nearness - y.nearness || x.a - y.a || x.b - y.b).slice(0, limit).map(({ a, b, distance }): Suggestion => ({
    a: groups[groupOf[a]!]!.id, b: groups[groupOf[b]!]!.id, faceA: faces[a]!.id, faceB: faces[b]!.id, distance,
    decision: sure.nearness(a, b, distance) < 1 ? 'match' : 'ambiguous',
  }));
}

/** Keys of pairs of groups, the smaller number first. */
function impossiblePairs(groups: readonly FaceGroup[], faces: readonly ClusterFace[], links: readonly Link[], groupOf: Int32Array): Set<number> {
  const { cannot, photo } = readConstraints(faces, links.filter(({ kind }) => kind === 'cannot'));
  const keys = new Set<number>();
  const forbid = (one: number, other: number): void => { if (one !== other) keys.add(Math.min(one, other) * groups.length + Math.max(one, other)); };
  const ofPhoto = new Map<number, number[]>();
  faces.forEach((_, row) => {
    for (const other of cannot[row] ?? []) forbid(groupOf[row]!, groupOf[other]!);
    if (photo[row]! < 0) return;
    const before = ofPhoto.get(photo[row]!) ?? [];
    for (const group of before) forbid(group, groupOf[row]!);
    ofPhoto.set(photo[row]!, [...before, groupOf[row]!]);
  });
  return keys;
}
