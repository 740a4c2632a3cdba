import { announce, button, counted, createNotice, element, labelled, openDialog } from '@facenet/page';
import { createKeptPictures } from '../faces/kept-pictures.ts';
import type { DamagedRecord, PersonEntry } from '../gallery/gallery.ts';
import type { App } from '../shell/app.ts';
import { problemOf } from '../shell/problem.ts';
import { openPersonFaces } from './person-faces.ts';

export interface PersonList {
  readonly content: HTMLElement;
  load(): Promise<void>;
}

/** Who is on this device. */
export function createPersonList(app: App, onPeople: (people: readonly PersonEntry[]) => void, onMore: (person: PersonEntry) => void): PersonList {
  const notice = createNotice();
  const pictures = createKeptPictures(app.gallery);
  const heading = element('h3', { tabindex: -1 }, 'Who is here');
  const counts = element('p', { class: 'hint' });
  const damage = element('div', { class: 'stack', hidden: true });
  const list = element('ul', { class: 'person-list', 'aria-label': 'People on this device' });

  async function load(): Promise<void> {
    try {
      const { value: engine } = app.engine.state;
      const spaceId = engine.stage === 'ready' ? engine.embedder.manifest.spaceId : undefined;
      const [people, { damaged }] = await Promise.all([app.gallery.people(spaceId), app.gallery.contents()]);
      counts.textContent = people.length === 0 ? 'Nobody yet. Add someone below, or bring a gallery file.' : `${counted(people.length, 'person', 'people')}.`;
      pictures.clear();
      list.replaceChildren(...people.map(rowOf));
      showDamage(damaged);
      onPeople(people);
    } catch (error) {
      notice.problem(problemOf(error));
    }
  }
  function rowOf(person: PersonEntry): HTMLElement {
    const { name, faces, foreignFaces, coverFaceId } = person;
    const foreign = foreignFaces === 0 ? '' : foreignFaces === faces ? ', made by another model and not searched' : `, ${foreignFaces} of them made by another model and not searched`;
    const act = (text: string, click: () => void): HTMLElement => button(text, click, { 'aria-label': `${text.replace('…', '')} ${name}${text.endsWith('…') ? '…' : ''}` });
    return element('li', { class: 'card' },
      element('div', { class: 'person' }, pictures.picture(coverFaceId, `Face of ${name}`), element('div', {}, element('p', { class: 'name' }, name), element('p', { class: 'hint' }, `${counted(faces, 'face')}${foreign}`))),
      element('div', { class: 'actions' }, act('Add faces', () => { onMore(person); }), act('Faces…', () => void openPersonFaces(app, person, pictures)), act('Rename…', () => void rename(person)), act('Delete…', () => void remove(person))));
  }
  function showDamage(damaged: readonly DamagedRecord[]): void {
    damage.hidden = damaged.length === 0;
    damage.replaceChildren(element('p', { class: 'notice problem' }, `${counted(damaged.length, 'record')} cannot be read: changed by something else than this page. Nothing of them is searched.`),
      button('Delete what cannot be read', () => void attempt(() => app.gallery.deleteDamaged(damaged), 'What could not be read is deleted.')));
  }
  async function attempt(work: () => Promise<unknown>, done: string): Promise<void> {
    try {
      await work();
      notice.done(done);
    } catch (error) {
      notice.problem(problemOf(error));
    }
  }
  async function rename({ id, name }: PersonEntry): Promise<void> {
    const input = element('input', { type: 'text', maxlength: 200, autocomplete: 'off', value: name });
    await openDialog({
      title: `Rename ${name}`, fields: [labelled('Name', input)], confirm: 'Rename',
      onConfirm: () => app.gallery.rename(id, input.value).then(() => { announce(`${name} is ${input.value.trim()} now.`); return undefined; }, problemOf),
    });
  }
  async function remove({ id, name, faces }: PersonEntry): Promise<void> {
    const isGone = await openDialog({
      title: `Delete ${name}?`, fields: [element('p', {}, `${counted(faces, 'face')} go too. This cannot be taken back.`)], confirm: 'Delete', danger: true,
      onConfirm: () => app.gallery.deletePerson(id).then(() => undefined, problemOf),
    });
    if (!isGone) return;
    heading.focus();
    announce(`${name} is deleted.`);
  }
  return { content: element('section', { class: 'stack', 'aria-label': 'Who is here' }, heading, counts, notice.content, damage, list), load };
}
