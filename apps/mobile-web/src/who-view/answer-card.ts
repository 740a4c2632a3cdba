import { distanceText, element, verdictReason, verdictTitle } from '@facenet/page';
import type { Pixels } from '@facenet/face';
import { facePicture } from '../faces/face-picture.ts';
import type { KeptPictures } from '../faces/kept-pictures.ts';
import type { Answer } from './ask-device.ts';

export interface AnsweredFace {
  readonly answer: Answer;
  readonly crop: Pixels;
}

/** A face and who it is: the picture beside the one that is kept, the verdict, and why. */
export function answerCard({ answer, crop }: AnsweredFace, index: number, where: string, pictures: KeptPictures | null): HTMLElement {
  const title = verdictTitle(answer);
  return element('li', { class: 'card verdict', 'data-verdict': answer.verdict },
    element('h4', {}, element('span', { class: 'badge' }, answer.verdict), ` ${index + 1}. ${title}`),
    element('div', { class: 'pair' }, facePicture(crop, `Face ${index + 1} of the picture`), answer.faceId !== null && pictures !== null && pictures.picture(answer.faceId, `Kept face of ${answer.matches[0]?.person.name ?? title}`)),
    element('p', {}, verdictReason(answer, where)),
    answer.matches.length > 1 && element('ul', { class: 'hint', 'aria-label': `People near face ${index + 1}` }, ...answer.matches.map((each) => element('li', {}, `${each.person.name}: ${distanceText(each.distance)}, ${each.decision}`))),
    answer.leftOut !== null && element('p', { class: 'hint' }, answer.leftOut));
}
