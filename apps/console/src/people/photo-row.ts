import { element } from '@facenet/page';

export type PhotoState = 'waiting' | 'sending' | 'enrolled' | 'refused';

export interface PhotoRow {
  readonly photo: File;
  readonly state: PhotoState;
  readonly content: HTMLElement;
  set(state: PhotoState, text: string): void;
  dispose(): void;
}

/** A photo that is to be enrolled, and what became of it. */
export function createPhotoRow(photo: File): PhotoRow {
  const url = URL.createObjectURL(photo);
  const status = element('span', { class: 'state' }, 'waiting');
  // The name beside it says what it is.
  const picture = element('img', { src: url, alt: '', class: 'thumb' });
  picture.addEventListener('error', () => { picture.hidden = true; });
  const content = element('li', { class: 'photo-row', 'data-state': 'waiting' }, picture, element('span', { class: 'file' }, photo.name), status);
  let state: PhotoState = 'waiting';
  return {
    photo,
    get state() { return state; },
    content,
    set: (next, text) => {
      state = next;
      content.dataset['state'] = next;
      status.textContent = text;
    },
    dispose: () => { URL.revokeObjectURL(url); },
  };
}
