import type { VerdictBody } from '@facenet/contract';
import { distanceText, rateInWords } from '@facenet/page';

/** The verdict in a word or two. */
export function verdictTitle({ verdict, person, matches }: VerdictBody): string {
  switch (verdict) {
    case 'match': return person?.name ?? 'Match';
    case 'ambiguous': return matches.length === 0 ? 'Perhaps someone' : `Perhaps ${matches.map((each) => each.person.name).slice(0, 2).join(' or ')}`;
    case 'unknown': return 'Unknown';
    default: return verdict satisfies never;
  }
}

/** Why it is so, with the numbers that decided. */
export function verdictReason({ reason, distance, threshold, ambiguous_below, far, gap, matches }: VerdictBody): string {
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
    case 'nobody_enrolled': return 'Nobody with a name is in this collection.';
    default: return reason satisfies never;
  }
}
