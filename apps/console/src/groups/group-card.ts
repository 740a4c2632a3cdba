import type { ClusterBody } from '@facenet/contract';
import { button, counted, element, tick } from '@facenet/page';
import type { FacePictures } from './face-pictures.ts';

export interface GroupActions {
  readonly onChosen: () => void;
  readonly split: (cluster: ClusterBody, faceIds: readonly string[]) => void;
  readonly name: (cluster: ClusterBody, name: string) => void;
}

export interface GroupCard {
  readonly content: HTMLElement;
  readonly cluster: ClusterBody;
  readonly isChosen: boolean;
}

const firstFaces = 24;

/** A group of faces: to be named, chosen for merging, or split. */
export function createGroupCard(collectionId: string, cluster: ClusterBody, number: number, pictures: FacePictures, actions: GroupActions): GroupCard {
  const title = `Group ${number}`;
  const chosen = tick('Choose for merging', { change: () => { actions.onChosen(); }, 'aria-label': `Choose for merging: ${title}` });
  const ticked = new Set<string>();
  const split = button('Split off the ticked faces', () => { actions.split(cluster, [...ticked]); }, { disabled: true, 'aria-label': `Split off the ticked faces: ${title}` });
  const faces = element('ul', { class: 'face-grid', 'aria-label': `Faces of ${title}` });
  const more = button(`Show all ${cluster.size}`, () => { draw(cluster.face_ids.length); (faces.children[firstFaces]?.querySelector('input'))?.focus(); }, { hidden: cluster.size <= firstFaces });
  const name = element('input', { type: 'text', required: true, maxlength: 200, autocomplete: 'off', list: 'known-names', 'aria-label': `Name of ${title}`, placeholder: 'Who is it?' });

  function draw(most: number): void {
    more.hidden = most >= cluster.size;
    // The best face first, as the group's cover.
    const ordered = [cluster.cover_face_id, ...cluster.face_ids.filter((id) => id !== cluster.cover_face_id)];
    faces.replaceChildren(...ordered.slice(0, most).map((id) => {
      const box = element('input', { type: 'checkbox', checked: ticked.has(id), 'data-face-id': id });
      box.addEventListener('change', () => {
        if (box.checked) ticked.add(id);
        else ticked.delete(id);
        split.disabled = ticked.size === 0 || ticked.size === cluster.size;
      });
      return element('li', {}, element('label', { class: 'face-tile' }, box, pictures.picture(collectionId, id)));
    }));
  }
  draw(firstFaces);
  const form = element('form', { class: 'inline', submit: (event) => { event.preventDefault(); actions.name(cluster, name.value.trim()); } }, name, element('button', { type: 'submit' }, 'Name'));
  const content = element('li', { class: 'card group', 'data-cluster-id': cluster.id },
    element('div', { class: 'group-head' }, element('h4', {}, `${title}: ${counted(cluster.size, 'face')}`), chosen.content),
    faces, element('div', { class: 'actions' }, more, split, form));
  return { content, cluster, get isChosen() { return chosen.input.checked; } };
}
