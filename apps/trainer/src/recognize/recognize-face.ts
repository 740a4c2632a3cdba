import type { Embeddings } from '@facenet/evaluation';
import type { Decision } from '@facenet/export';

/** Faces of known people. */
export interface Gallery {
  readonly people: readonly string[];
  /** The person of each face. */
  readonly labels: Int32Array;
  readonly embeddings: Embeddings;
}

export interface RecognizeRule {
  /** At most so many faces vote. */
  readonly k: number;
  /** A face that is closer has a vote, and may be a match. */
  readonly threshold: number;
  /** From `threshold` up to here it is not said that nobody was found. */
  readonly ambiguousBelow: number;
  /** A second person who is less farther than this makes it ambiguous. */
  readonly gap: number;
}

export interface Candidate {
  readonly identity: string;
  /** Squared distance of the person's closest face, 0 to 4. */
  readonly distance: number;
}

export interface Recognition {
  readonly decision: Decision;
  readonly reason: 'close enough' | 'a second person is as close' | 'between the thresholds' | 'too far from everyone';
  /** Null unless it is a match. */
  readonly identity: string | null;
  /** Of the person that the decision is about: the distance that names is the one that decides. */
  readonly distance: number;
  readonly votes: { readonly for: number; readonly of: number };
  /** The closest other person, and how much farther that one is; null where nobody is named or there is no other. */
  readonly runnerUp: Candidate | null;
  readonly gap: number | null;
  /** Who it may be, where that is ambiguous; the closest first. */
  readonly candidates: readonly Candidate[];
}

/**
 * Who a face is. Of the k closest faces those below the threshold vote, so that many faces of someone far away never
 * outvote the few of someone close; the person with most votes (of as many, the closest) is the answer, and it is that
 * person's own distance that is judged. Without a vote, the closest person is judged.
 */
export function recognizeFace(gallery: Gallery, probe: Float32Array, rule: RecognizeRule): Recognition {
  const { nearest, ofPerson } = searchGallery(gallery, probe, rule.k);
  const voters = nearest.filter(({ distance }) => distance < rule.threshold);
  const answer = voters.length > 0 ? mostVoted(voters) : { person: nearest[0]!.person, votes: 0 };
  const distance = ofPerson[answer.person]!;
  const other = closestOther(ofPerson, answer.person);
  const gap = other === undefined ? null : ofPerson[other]! - distance;
  const { decision, reason } = judge(distance, gap, rule);
  const named = (person: number): Candidate => ({ identity: gallery.people[person]!, distance: ofPerson[person]! });
  return {
    decision,
    reason,
    identity: decision === 'match' ? gallery.people[answer.person]! : null,
    distance,
    votes: { for: answer.votes, of: voters.length },
    runnerUp: decision === 'unknown' || other === undefined ? null : named(other),
    gap: decision === 'unknown' ? null : gap,
    candidates: decision === 'ambiguous' ? candidates(ofPerson, distance, rule).map(named) : [],
  };
}

function judge(distance: number, gap: number | null, rule: RecognizeRule): Pick<Recognition, 'decision' | 'reason'> {
  if (!(distance < rule.ambiguousBelow)) return { decision: 'unknown', reason: 'too far from everyone' };
  if (gap !== null && gap < rule.gap) return { decision: 'ambiguous', reason: 'a second person is as close' };
  if (distance < rule.threshold) return { decision: 'match', reason: 'close enough' };
  return { decision: 'ambiguous', reason: 'between the thresholds' };
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

/** Neighbours come the closest first, so the first with most votes is the closest of them. */
function mostVoted(voters: readonly Neighbour[]): { person: number; votes: number } {
  const votes = new Map<number, number>();
  for (const { person } of voters) votes.set(person, (votes.get(person) ?? 0) + 1);
  const [person, most] = [...votes].reduce((best, each) => (each[1] > best[1] ? each : best));
  return { person, votes: most };
}

function closestOther(ofPerson: Float64Array, person: number): number | undefined {
  let best: number | undefined;
  ofPerson.forEach((distance, other) => {
    if (other !== person && distance < (best === undefined ? Infinity : ofPerson[best]!)) best = other;
  });
  return best;
}

const mostCandidates = 5;

/** Everyone who is as close as the answer, give or take the gap, and not too far; the closest first. */
function candidates(ofPerson: Float64Array, distance: number, { gap, ambiguousBelow }: RecognizeRule): number[] {
  return [...ofPerson.keys()]
    .filter((person) => ofPerson[person]! < Math.max(distance + gap, ambiguousBelow))
    .sort((a, b) => ofPerson[a]! - ofPerson[b]! || a - b)
    .slice(0, mostCandidates);
}
