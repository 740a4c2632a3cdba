import type { VerdictBody } from '@facenet/contract';
import type { Verdict } from '@facenet/export';

/** A face of the gallery near the probe, judged by the threshold of its model and the probe's. */
export interface JudgedNeighbour {
  readonly personId: string;
  readonly faceId: string;
  readonly modelId: string;
  readonly verdict: Verdict;
}

export interface Judgement {
  readonly verdict: VerdictBody['verdict'];
  readonly reason: VerdictBody['reason'];
  /** Whom the verdict is about: the one who names is the one whose distance decides. */
  readonly answer: JudgedNeighbour | null;
  readonly gap: { readonly required: number; readonly actual: number | null };
  /** Everyone who is not too far, once, the closest first. */
  readonly candidates: readonly JudgedNeighbour[];
}

/**
 * Distances to faces of two models are not on one scale, since each pair of models has a threshold of its own. They are
 * put in order by their share of it; with one model that is the order of the distances. A gap is in the answer's scale.
 */
const share = ({ verdict }: JudgedNeighbour): number => (verdict.threshold > 0 ? verdict.distance / verdict.threshold : Infinity);

/** Who it is, of neighbours in any order; `ownThreshold` is for a gallery without anyone. */
export function judge(neighbours: readonly JudgedNeighbour[], rule: { readonly gap: number | undefined; readonly ownThreshold: number }): Judgement {
  const people = closestOfEach(neighbours);
  const [answer, second] = people;
  if (answer === undefined) return { verdict: 'unknown', reason: 'nobody_enrolled', answer: null, gap: { required: rule.gap ?? rule.ownThreshold / 4, actual: null }, candidates: [] };
  const { threshold } = answer.verdict;
  const required = rule.gap ?? threshold / 4;
  const gapTo = (other: JudgedNeighbour): number => (share(other) - share(answer)) * threshold;
  const actual = second === undefined || !Number.isFinite(share(second)) ? null : gapTo(second);
  const { verdict, reason } = decisionOf(answer.verdict, actual, required);
  const isCandidate = (each: JudgedNeighbour): boolean => each.verdict.decision !== 'unknown' || gapTo(each) < required;
  return { verdict, reason, answer, gap: { required, actual }, candidates: verdict === 'unknown' ? [] : people.filter(isCandidate) };
}

function decisionOf({ decision }: Verdict, gap: number | null, required: number): Pick<Judgement, 'verdict' | 'reason'> {
  if (decision === 'unknown') return { verdict: 'unknown', reason: 'too_far' };
  if (gap !== null && gap < required) return { verdict: 'ambiguous', reason: 'second_person_close' };
  return decision === 'match' ? { verdict: 'match', reason: 'close_enough' } : { verdict: 'ambiguous', reason: 'between_thresholds' };
}

/** One entry per person: the best of that person's faces. */
function closestOfEach(neighbours: readonly JudgedNeighbour[]): JudgedNeighbour[] {
  const ordered = [...neighbours].sort((a, b) => share(a) - share(b) || a.verdict.distance - b.verdict.distance);
  const people = new Map<string, JudgedNeighbour>();
  for (const each of ordered) if (!people.has(each.personId)) people.set(each.personId, each);
  return [...people.values()];
}
