import type { Embeddings } from '@facenet/evaluation';
import { type Decision, judge, type JudgedNeighbour, type Judgement, type Scale, usualVotes, verdictOn } from '@facenet/export';

/** Faces of known people. */
export interface Gallery {
  readonly people: readonly string[];
  /** The person of each face. */
  readonly labels: Int32Array;
  readonly embeddings: Embeddings;
}

export interface RecognizeRule extends Scale {
  /** So many of the closest faces vote; `usualVotes` unless told. */
  readonly k: number | undefined;
  /** A second person who is less farther than this makes it ambiguous. */
  readonly gap: number | undefined;
}

export interface Candidate {
  readonly identity: string;
  /** Squared distance of the person's closest face, 0 to 4. */
  readonly distance: number;
}

export interface Recognition {
  readonly decision: Decision;
  readonly reason: Judgement['reason'];
  /** Null unless it is a match. */
  readonly identity: string | null;
  /** Of the person that the decision is about: the distance that names is the one that decides. */
  readonly distance: number;
  readonly votes: { readonly for: number; readonly of: number };
  /** The closest other person, and how much farther that one is; null where nobody is named or there is no other. */
  readonly runnerUp: Candidate | null;
  readonly gap: number | null;
  /** How much farther everyone else has to be for a match. */
  readonly requiredGap: number;
  /** Who it may be, where that is ambiguous; the closest first. */
  readonly candidates: readonly Candidate[];
}

const mostCandidates = 5;

/** Who a face is, by the rule of `judge`. */
export function recognizeFace(gallery: Gallery, probe: Float32Array, rule: RecognizeRule): Recognition {
  const judged = judge(neighboursOf(gallery, probe, rule), { votes: rule.k, gap: rule.gap, ownThreshold: rule.threshold });
  const { verdict: decision, reason, answer, runnerUp, votes, gap, candidates } = judged;
  // A gallery that was read has faces.
  if (answer === null) throw new Error('internal: a gallery without a face');
  const candidate = ({ personId, verdict }: JudgedNeighbour): Candidate => ({ identity: personId, distance: verdict.distance });
  const isUnknown = decision === 'unknown';
  return {
    decision, reason,
    identity: decision === 'match' ? answer.personId : null,
    distance: answer.verdict.distance,
    votes,
    runnerUp: isUnknown || runnerUp === null ? null : candidate(runnerUp),
    gap: isUnknown ? null : gap.actual,
    requiredGap: gap.required,
    candidates: decision === 'ambiguous' ? candidates.slice(0, mostCandidates).map(candidate) : [],
  };
}

/** What is judged: the k closest faces, and everyone's closest. */
function neighboursOf(gallery: Gallery, probe: Float32Array, rule: RecognizeRule): JudgedNeighbour[] {
  const { nearest, ofPerson } = searchGallery(gallery, probe, rule.k ?? usualVotes);
  const neighbour = (person: number, distance: number): JudgedNeighbour => ({ personId: gallery.people[person]!, verdict: verdictOn(distance, rule) });
  const listed = new Set<number>();
  const faces = nearest.map(({ person, distance }) => {
    listed.add(person);
    return neighbour(person, distance);
  });
  ofPerson.forEach((distance, person) => { if (!listed.has(person) && distance < Infinity) faces.push(neighbour(person, distance)); });
  return faces;
}

interface Neighbour {
  readonly person: number;
  readonly distance: number;
}

/** The k closest faces, the closest first, and the distance of each person's closest. */
function searchGallery({ labels, embeddings: { data, size }, people }: Gallery, probe: Float32Array, k: number): { nearest: Neighbour[]; ofPerson: Float64Array } {
  const ofPerson = new Float64Array(people.length).fill(Infinity);
  const nearest: Neighbour[] = [];
  labels.forEach((person, row) => {
    let distance = 0;
    for (let i = 0; i < size; i++) distance += (data[row * size + i]! - probe[i]!) ** 2;
    if (distance < ofPerson[person]!) ofPerson[person] = distance;
    if (nearest.length === k && distance >= nearest[k - 1]!.distance) return;
    const place = nearest.findIndex((other) => distance < other.distance);
    nearest.splice(place < 0 ? nearest.length : place, 0, { person, distance });
    nearest.length = Math.min(nearest.length, k);
  });
  return { nearest, ofPerson };
}
