import { distanceText, element, rateInWords } from '@facenet/page';
import type { Verdict } from '@facenet/export';

/** Whether two faces are of one person, in words, with the numbers that decided. */
export function pairVerdictCard(verdict: Verdict): HTMLElement {
  return element('div', { class: 'card verdict', 'data-verdict': verdict.decision },
    element('h3', { tabindex: -1 }, element('span', { class: 'badge' }, verdict.decision), ` ${pairTitle(verdict)}`),
    element('p', {}, pairReason(verdict)), distanceScale(verdict));
}

export function pairTitle({ decision }: Verdict): string {
  switch (decision) {
    case 'match': return 'The same person';
    case 'ambiguous': return 'Perhaps the same person';
    case 'unknown': return 'Not the same person';
    default: return decision satisfies never;
  }
}

export function pairReason({ decision, distance, threshold, ambiguousBelow, far }: Verdict): string {
  const at = `The distance of ${distanceText(distance)}`;
  switch (decision) {
    case 'match': return `${at} is below ${distanceText(threshold)}, under which ${rateInWords(far)} pairs of strangers comes.`;
    case 'ambiguous': return `${at} is between ${distanceText(threshold)}, below which it would be a match, and ${distanceText(ambiguousBelow)}, from which nobody is near. Try better pictures.`;
    case 'unknown': return `${at} is not below ${distanceText(ambiguousBelow)}, up to which they might be one person.`;
    default: return decision satisfies never;
  }
}

/** Where the distance lies, from 0 to 4; said in the words above, so it is for the eye alone. */
function distanceScale({ distance, threshold, ambiguousBelow }: Verdict): HTMLElement {
  // Most pairs lie below 2, where unit vectors stand at right angles.
  const end = Math.max(2, distance);
  const at = (value: number): string => `${(100 * Math.min(1, value / end)).toFixed(2)}%`;
  const scale = element('div', { class: 'scale', 'aria-hidden': 'true' }, element('span', { class: 'scale-match' }), element('span', { class: 'scale-ambiguous' }), element('span', { class: 'scale-here' }));
  const [match, ambiguous, here] = [...scale.children] as HTMLElement[];
  match!.style.width = at(threshold);
  ambiguous!.style.left = at(threshold);
  ambiguous!.style.width = at(ambiguousBelow - threshold);
  here!.style.left = at(distance);
  return scale;
}
