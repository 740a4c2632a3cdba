import type { SearchResponse } from '@facenet/contract';
import { distanceText, element, verdictReason, verdictTitle } from '@facenet/page';
import { placeInWords } from './place-in-words.ts';

/** A face of the picture in words: who, why, and who else is near. */
export function faceCard(answer: SearchResponse, index: number): HTMLElement {
  const box = answer.face?.bbox;
  const place = box === null || box === undefined ? 'the whole picture' : `${placeInWords(box.normalized)}, ${Math.round(box.pixels.width)} × ${Math.round(box.pixels.height)} pixels`;
  return element('li', { class: 'card verdict', 'data-verdict': answer.verdict },
    element('h4', {}, element('span', { class: 'badge' }, answer.verdict), ` ${index + 1}. ${verdictTitle(answer)}`),
    element('p', {}, verdictReason(answer, 'in this collection')),
    element('p', { class: 'hint' }, `The face is ${place}.`),
    answer.matches.length > 0 && nearPeople(answer, index));
}

function nearPeople({ matches }: SearchResponse, index: number): HTMLElement {
  return element('table', {}, element('caption', { class: 'unseen' }, `People near face ${index + 1}`),
    element('thead', {}, element('tr', {}, ...columns.map(([title, kind]) => element('th', { scope: 'col', class: kind }, title)))),
    element('tbody', {}, ...matches.map((each) => element('tr', {}, element('th', { scope: 'row' }, each.person.name),
      element('td', { class: 'number' }, distanceText(each.distance)), element('td', { class: 'number similarity' }, each.similarity.toFixed(3)), element('td', {}, each.decision)))));
}

const columns = [['Person', ''], ['Distance', 'number'], ['Similarity', 'number similarity'], ['Alone', '']] as const;
