import type { Decision, Verdict } from './verdict.ts';

/** A face of a gallery near the face that is asked for. */
export interface JudgedNeighbour {
  /** Whose face it is. */
  readonly personId: string;
  /** On its distance, by the threshold of its model and that of the face asked for. */
  readonly verdict: Verdict;
}

export interface JudgeRule {
  /** How much farther than the answer everyone else must be for a match; a quarter of the answer's threshold unless told. */
  readonly gap?: number | undefined;
  /** So many of the closest faces vote, if they match; `usualVotes` unless told. */
  readonly votes?: number | undefined;
  /** What the models are judged by where the gallery has nobody. */
  readonly ownThreshold: number;
}

export interface Judgement<Neighbour extends JudgedNeighbour = JudgedNeighbour> {
  readonly verdict: Decision;
  readonly reason: 'close_enough' | 'second_person_close' | 'between_thresholds' | 'too_far' | 'nobody_enrolled';
  /** The closest face of the person whom the verdict is about: the one who names is the one whose distance decides. */
  readonly answer: Neighbour | null;
  /** The closest face of anyone else. */
  readonly runnerUp: Neighbour | null;
  readonly votes: { readonly for: number; readonly of: number };
  /** How much farther the runner-up is; below 0 where that one is closer than the one who has most votes. */
  readonly gap: { readonly required: number; readonly actual: number | null };
  /** Everyone who is not too far, once, the closest first. */
  readonly candidates: readonly Neighbour[];
}

/** The closest face alone: with more, people of whom there are many pictures stand in the way of those of whom there are few. */
export const usualVotes = 1;
/** As a share of the threshold, since models differ in how far apart they put faces. */
const usualGap = 0.25;

/** The gap to a second person that a match needs. */
export function requiredGap(threshold: number, gap: number | undefined): number {
  return gap ?? usualGap * threshold;
}

/**
 * Distances to faces of two models are not on one scale, since each pair of models has a threshold of its own. They are
 * put in order by their share of it; with one model that is the order of the distances. A gap is in the answer's scale.
 */
const share = ({ verdict }: JudgedNeighbour): number => (verdict.threshold > 0 ? verdict.distance / verdict.threshold : Infinity);

/**
 * Who a face is, by its neighbours in any order: at least those that vote and the closest of each person who may be close.
 * Of the closest faces those that match vote, so that many faces of someone far away never outvote the few of someone
 * close; the person with most votes (of as many, the closest) is the answer, and without a vote the closest one. The answer
 * is judged by its own closest face, and a match only where everyone else is farther by the gap.
 */
export function judge<Neighbour extends JudgedNeighbour>(neighbours: readonly Neighbour[], rule: JudgeRule): Judgement<Neighbour> {
  const ordered = [...neighbours].sort((a, b) => share(a) - share(b) || a.verdict.distance - b.verdict.distance);
  const people = closestOfEach(ordered);
  const voters = ordered.slice(0, rule.votes ?? usualVotes).filter(({ verdict }) => verdict.decision === 'match');
  const { winner, votes } = mostVoted(voters);
  const answer = people.find(({ personId }) => personId === winner) ?? people[0];
  const counted = { for: votes, of: voters.length };
  if (answer === undefined) {
    return {
      verdict: 'unknown', reason: 'nobody_enrolled', answer: null, runnerUp: null, votes: counted,
      gap: { required: requiredGap(rule.ownThreshold, rule.gap), actual: null }, candidates: [],
    };
  }
  const { threshold } = answer.verdict;
  const runnerUp = people.find(({ personId }) => personId !== answer.personId);
  const required = requiredGap(threshold, rule.gap);
  const gapTo = (other: JudgedNeighbour): number => (share(other) - share(answer)) * threshold;
  const actual = runnerUp === undefined || !Number.isFinite(share(runnerUp)) ? null : gapTo(runnerUp);
  const { verdict, reason } = decisionOf(answer.verdict, actual, required);
  const isCandidate = (each: JudgedNeighbour): boolean => each.verdict.decision !== 'unknown' || gapTo(each) < required;
  return {
    verdict, reason, answer, runnerUp: runnerUp ?? null, votes: counted,
    gap: { required, actual }, candidates: verdict === 'unknown' ? [] : people.filter(isCandidate),
  };
}

function decisionOf({ decision }: Verdict, gap: number | null, required: number): Pick<Judgement, 'verdict' | 'reason'> {
  if (decision === 'unknown') return { verdict: 'unknown', reason: 'too_far' };
  if (gap !== null && gap < required) return { verdict: 'ambiguous', reason: 'second_person_close' };
  return decision === 'match' ? { verdict: 'match', reason: 'close_enough' } : { verdict: 'ambiguous', reason: 'between_thresholds' };
}

/** One entry per person: the best of that person's faces, in the order given. */
function closestOfEach<Neighbour extends JudgedNeighbour>(ordered: readonly Neighbour[]): Neighbour[] {
  const people = new Map<string, Neighbour>();
  for (const each of ordered) if (!people.has(each.personId)) people.set(each.personId, each);
  return [...people.values()];
}

/** Voters come the closest first, so the first with most votes is the closest of them. */
function mostVoted(voters: readonly JudgedNeighbour[]): { winner: string | undefined; votes: number } {
  const counts = new Map<string, number>();
  for (const { personId } of voters) counts.set(personId, (counts.get(personId) ?? 0) + 1);
  let [winner, votes]: [string | undefined, number] = [undefined, 0];
  for (const [person, count] of counts) if (count > votes) [winner, votes] = [person, count];
  return { winner, votes };
}
