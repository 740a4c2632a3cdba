import { button, counted, element, tick } from '@facenet/page';
import type { Cluster } from '@facenet/clusters';
import type { FacePictures } from './face-pictures.ts';

export interface GroupActions {
  readonly onChosen: () => void;
  readonly split: (group: Cluster, faceIds: readonly string[]) => void;
  readonly name: (group: Cluster, name: string) => void;
}

export interface GroupCard {
  readonly content: HTMLElement;
  readonly group: Cluster;
  readonly isChosen: boolean;
}

const firstFaces = 12;

/** A group of faces: to be named, chosen for merging, or split. */
export function createGroupCard(group: Cluster, number: number, pictures: FacePictures, actions: GroupActions): GroupCard {
  const title = `Group ${number}`;
  const { faceIds } = group;
  const ticked = new Set<string>();
  const chosen = tick('Merge', { change: () => { actions.onChosen(); }, 'aria-label': `Choose for merging: ${title}` });
  const split = button('Split off the ticked faces', () => { actions.split(group, [...ticked]); }, { disabled: true, 'aria-label': `Split off the ticked faces: ${title}` });
  const grid = element('ul', { class: 'face-grid', 'aria-label': `Faces of ${title}` });
  const more = button(`Show all ${faceIds.length}`, () => { draw(faceIds.length); grid.children[firstFaces]?.querySelector('input')?.focus(); });
  const name = element('input', { type: 'text', required: true, maxlength: 200, autocomplete: 'off', list: 'known-names', 'aria-label': `Name of ${title}`, placeholder: 'Who is it?' });

  function draw(most: number): void {
    more.hidden = most >= faceIds.length;
    grid.replaceChildren(...faceIds.slice(0, most).map((id, i) => {
      const box = element('input', { type: 'checkbox', checked: ticked.has(id), change: () => {
        if (box.checked) ticked.add(id);
        else ticked.delete(id);
        split.disabled = ticked.size === 0 || ticked.size === faceIds.length;
      } });
      return element('li', {}, element('label', { class: 'face-tile' }, box, pictures.picture(id, `Face ${i + 1} of ${title}`)));
    }));
  }
  draw(firstFaces);
  const form = element('form', { class: 'inline', submit: (event) => { event.preventDefault(); if (name.value.trim() !== '') actions.name(group, name.value.trim()); } }, name, element('button', { type: 'submit', class: 'primary', 'aria-label': `Give ${title} its name` }, 'Name'));
  const content = element('li', { class: 'card group' },
    element('div', { class: 'toolbar' }, element('h4', {}, `${title}: ${counted(faceIds.length, 'face')}`), chosen.content), grid, element('div', { class: 'actions' }, more, split), form);
  return { content, group, get isChosen() { return chosen.input.checked; } };
}
