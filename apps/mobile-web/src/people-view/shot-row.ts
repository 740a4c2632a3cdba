import { button, element, tick } from '@facenet/page';
import { facePicture } from '../faces/face-picture.ts';
import type { Shot } from './shot.ts';

export interface ShotRow {
  readonly content: HTMLElement;
  readonly shot: Shot;
  /** Good, or doubtful and wanted all the same. */
  readonly isUsed: boolean;
}

/** A shot with its face, what is thought of it, and what its user says to that. */
export function createShotRow(shot: Shot, onChange: () => void, remove: (row: ShotRow) => void): ShotRow {
  const anyway = tick('Use it anyway', { change: onChange, 'aria-label': `Use it anyway: ${shot.name}` });
  const row: ShotRow = {
    shot,
    content: element('li', { class: 'shot', 'data-state': shot.state },
      shot.face === null ? element('span', { class: 'cover' }) : facePicture(shot.face.crop, `Face in ${shot.name}`),
      element('div', {}, element('p', {}, shot.name), element('p', { class: 'state hint' }, shot.text), shot.state === 'doubtful' && anyway.content),
      button('Remove', () => { remove(row); }, { 'aria-label': `Remove ${shot.name}` })),
    get isUsed() { return shot.state === 'good' || (shot.state === 'doubtful' && anyway.input.checked); },
  };
  return row;
}
