import { distanceText, rateInWords } from './numbers.ts';

/** Who someone is, as a server's search answers and a phone decides. */
export interface WhoAnswer {
  readonly verdict: 'match' | 'ambiguous' | 'unknown';
  readonly reason: 'close_enough' | 'second_person_close' | 'between_thresholds' | 'too_far' | 'nobody_enrolled';
  /** Null unless it is a match. */
  readonly person: { readonly name: string } | null;
  /** Everyone who is not too far, the closest first. */
  readonly matches: readonly { readonly person: { readonly name: string } }[];
  /** Squared L2, 0 to 4; null where there is nobody. */
  readonly distance: number | null;
  readonly threshold: number;
  readonly ambiguous_below: number;
  readonly far: number;
  readonly gap: { readonly required: number; readonly actual: number | null };
}

/** The verdict in a word or two. */
export function verdictTitle({ verdict, person, matches }: Pick<WhoAnswer, 'verdict' | 'person' | 'matches'>): string {
  switch (verdict) {
    case 'match': return person?.name ?? 'Match';
    case 'ambiguous': return matches.length === 0 ? 'Perhaps someone' : `Perhaps ${matches.map((each) => each.person.name).slice(0, 2).join(' or ')}`;
    case 'unknown': return 'Unknown';
    default: return verdict satisfies never;
  }
}

/** Why it is so, with the numbers that decided; `where` there may be nobody. */
export function verdictReason({ reason, distance, threshold, ambiguous_below, far, gap, matches }: WhoAnswer, where = 'here'): string {
  const at = distance === null ? '' : distanceText(distance);
  const rate = rateInWords(far);
  switch (reason) {
    case 'close_enough': return `The distance of ${at} is below the threshold of ${distanceText(threshold)}, under which ${rate} strangers come, and nobody else is as close.`;
    case 'second_person_close': {
      const needed = distanceText(gap.required);
      const by = gap.actual === null ? '' : ` by ${distanceText(gap.actual)}`;
      return `${matches[0]?.person.name ?? 'The nearest person'} is close at ${at}, but ${matches[1]?.person.name ?? 'another person'} is farther only${by}; ${needed} is needed to tell them apart.`;
    }
    case 'between_thresholds': return `The distance of ${at} is between ${distanceText(threshold)}, below which it would be a match, and ${distanceText(ambiguous_below)}, from which nobody is near.`;
    case 'too_far': return distance === null ? 'Nobody is near enough.' : `The nearest person is at a distance of ${at}, not below ${distanceText(ambiguous_below)}.`;
    case 'nobody_enrolled': return `Nobody with a name is ${where}.`;
    default: return reason satisfies never;
  }
}
