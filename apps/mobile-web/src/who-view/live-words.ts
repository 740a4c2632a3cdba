import type { Shown, Track } from '../who/index.ts';

/** What is written over a face while the camera is on. */
export function shownText(shown: Shown, nameOf: (personId: string) => string): string {
  switch (shown.state) {
    case 'looking': return '…';
    case 'unknown': return 'Unknown';
    case 'ambiguous': return 'Perhaps someone';
    case 'match': return nameOf(shown.personId);
    default: return shown satisfies never;
  }
}

/** All faces in one sentence, for the line under the picture and for a screen reader; undefined while frames do not agree. */
export function liveSentence(tracks: readonly Track[], nameOf: (personId: string) => string): string | undefined {
  const settled = tracks.filter(({ missed, shown }) => missed === 0 && shown.state !== 'looking');
  if (settled.length === 0) return undefined;
  return `${[...settled].sort((a, b) => a.id - b.id).map(({ shown }) => shownText(shown, nameOf)).join(', ')}.`;
}
