import { BundleError, decide, judge, type Judgement, type JudgedNeighbour, type Manifest, type Scale, scaleFor, verdictOn } from '@facenet/export';
import type { FaceIndex, ModelFaces } from './face-index.ts';

export interface Probe {
  /** Unit length. */
  readonly vector: Float32Array;
  readonly modelId: string;
  readonly spaceId: string;
}

export interface WhoRule {
  /** False-accept rate whose threshold decides; 0.001 unless told, as at a server. */
  readonly far?: number;
  /** How much farther than the answer everyone else must be; a quarter of the threshold unless told. */
  readonly gap?: number;
  /** At most so many people; 5 unless told. */
  readonly limit?: number;
}

/** A person, once: by the closest of that person's faces. */
export interface LocalMatch extends Scale {
  readonly personId: string;
  readonly faceId: string;
  /** Of the face in the gallery. */
  readonly modelId: string;
  /** Squared L2, 0 to 4. */
  readonly distance: number;
  /** Cosine of the angle. */
  readonly similarity: number;
  readonly decision: Judgement['verdict'];
}

/** What a server's search answers, decided here. */
export interface LocalVerdict extends Scale {
  readonly verdict: Judgement['verdict'];
  readonly reason: Judgement['reason'];
  /** Null unless it is a match. */
  readonly personId: string | null;
  /** Everyone who is not too far, the closest first. */
  readonly matches: readonly LocalMatch[];
  /** Of the person that the verdict is about; null where nobody could be compared. */
  readonly distance: number | null;
  readonly gap: Judgement['gap'];
  /** Faces that no distance was judged to: of another space, or of a model that the bundle has no threshold for. */
  readonly leftOut: { readonly otherSpace: number; readonly withoutThreshold: number };
}

interface Neighbour extends JudgedNeighbour {
  readonly faceId: string;
  readonly modelId: string;
}

const defaults = { far: 0.001, limit: 5 } as const satisfies WhoRule;

/**
 * Who a face is, by every face of this device: the rule is the server's, over exact distances. `manifest` is that of the
 * probe's model. A BundleError says that it has no threshold at the rate; a TypeError that the probe is of another space.
 */
export function recognise(probe: Probe, index: FaceIndex, manifest: Pick<Manifest, 'thresholds'>, rule: WhoRule = {}): LocalVerdict {
  const { far, limit } = { ...defaults, ...rule };
  requireComparable(probe, index);
  const scales = index.models.map(({ modelId }) => scaleOrNone(manifest, { query: probe.modelId, gallery: modelId }, far));
  const neighbours = index.models.flatMap((faces, i) => (scales[i] === undefined ? [] : neighboursOf(probe.vector, faces, scales[i])));
  // Where there is nobody, the probe's own model says what would have been near; it throws where it cannot.
  const scaleOfNobody = neighbours.length > 0 ? undefined : decide(manifest, { query: probe.modelId, gallery: index.models[0]?.modelId ?? probe.modelId }, 4, far);
  const judgement = judge(neighbours, { gap: rule.gap, ownThreshold: scaleOfNobody?.threshold ?? 0 });
  const { threshold, ambiguousBelow } = judgement.answer?.verdict ?? scaleOfNobody!;
  return {
    verdict: judgement.verdict, reason: judgement.reason,
    personId: judgement.verdict === 'match' ? judgement.answer!.personId : null,
    matches: judgement.candidates.slice(0, limit).map(matchOf),
    distance: judgement.answer?.verdict.distance ?? null,
    threshold, ambiguousBelow, far, gap: judgement.gap,
    leftOut: {
      otherSpace: index.foreignFaces,
      withoutThreshold: index.models.reduce((sum, { faceIds }, i) => sum + (scales[i] === undefined ? faceIds.length : 0), 0),
    },
  };
}

function requireComparable({ vector, spaceId }: Probe, index: FaceIndex): void {
  if (spaceId !== index.spaceId) throw new TypeError(`a vector of the space ${spaceId} cannot be searched among those of ${index.spaceId}`);
  if (index.faces > 0 && vector.length !== index.size) throw new TypeError(`a vector of ${vector.length} numbers, those of this device have ${index.size}`);
}

function scaleOrNone(manifest: Pick<Manifest, 'thresholds'>, pair: { readonly query: string; readonly gallery: string }, far: number): Scale | undefined {
  try {
    return scaleFor(manifest, pair, far);
  } catch (error) {
    if (error instanceof BundleError) return undefined;
    throw error;
  }
}

/** All that match, since they vote, and the closest of each person: more makes no difference to the verdict. */
function neighboursOf(probe: Float32Array, { modelId, faceIds, personIds, vectors }: ModelFaces, scale: Scale): Neighbour[] {
  const distances = squaredDistances(probe, vectors);
  const closest = new Map<string, number>();
  personIds.forEach((personId, row) => {
    const known = closest.get(personId);
    if (known === undefined || distances[row]! < distances[known]!) closest.set(personId, row);
  });
  const neighbours: Neighbour[] = [];
  for (let row = 0; row < distances.length; row++) {
    if (distances[row]! >= scale.threshold && closest.get(personIds[row]!) !== row) continue;
    neighbours.push({ personId: personIds[row]!, faceId: faceIds[row]!, modelId, verdict: verdictOn(distances[row]!, scale) });
  }
  return neighbours;
}

/** To each row of [rows, size]. */
function squaredDistances(probe: Float32Array, vectors: Float32Array): Float64Array {
  const size = probe.length;
  const distances = new Float64Array(vectors.length / size);
  for (let row = 0; row < distances.length; row++) {
    let sum = 0;
    for (let i = 0, at = row * size; i < size; i++, at++) {
      const difference = probe[i]! - vectors[at]!;
      sum += difference * difference;
    }
    distances[row] = sum;
  }
  return distances;
}

function matchOf({ personId, faceId, modelId, verdict: { distance, threshold, ambiguousBelow, far, decision } }: Neighbour): LocalMatch {
  return { personId, faceId, modelId, distance, similarity: 1 - distance / 2, decision, threshold, ambiguousBelow, far };
}
