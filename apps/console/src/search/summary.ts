import type { SearchResponse } from '@facenet/contract';
import { counted, verdictTitle } from '@facenet/page';
import { placeInWords } from './place-in-words.ts';

/** All that a picture shows in one sentence, for a screen reader and as the picture's text. */
export function summaryOf(faces: readonly SearchResponse[]): string {
  if (faces.length === 0) return 'No face was found.';
  const each = faces.map((answer, i) => {
    const box = answer.face?.bbox;
    return `${i + 1}, ${verdictTitle(answer)} (${answer.verdict})${box === null || box === undefined ? '' : `, ${placeInWords(box.normalized)}`}`;
  });
  return `${counted(faces.length, 'face')}: ${each.join('; ')}.`;
}
