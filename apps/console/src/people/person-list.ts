import { announce, button, counted, createNotice, element, openDialog } from '@facenet/page';
import type { App } from '../app.ts';
import { problemOf } from '../problem.ts';

interface ListedPerson {
  readonly id: string;
  readonly name: string;
  readonly faces: number;
}

/** Who is in the collection, page after page. */
export function createPersonList(app: App, onNames: (names: readonly string[]) => void): { readonly content: HTMLElement; load(): Promise<void> } {
  let persons: ListedPerson[] = [];
  let cursor: string | null = null;
  const notice = createNotice();
  const counts = element('p', { class: 'hint' });
  const heading = element('h3', { tabindex: -1 }, 'Who is here');
  const rows = element('tbody');
  const table = element('table', {}, element('caption', { class: 'unseen' }, 'People of the collection'),
    element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'Name'), element('th', { scope: 'col', class: 'number' }, 'Faces'), element('th', { scope: 'col' }, element('span', { class: 'unseen' }, 'Actions')))), rows);
  const more = button('Show more people', () => void loadPage(), { hidden: true });

  async function load(): Promise<void> {
    persons = [];
    cursor = null;
    const collection = app.collection.value;
    if (collection === undefined) return;
    const read = await app.attempt(notice.problem, () => app.session.client.getCollection({ params: { collection_id: collection.id } }));
    if (read !== undefined) counts.textContent = `${counted(read.counts.persons, 'person', 'people')} with ${counted(read.counts.faces - read.counts.unnamed_faces, 'face')}, and ${counted(read.counts.unnamed_faces, 'face')} without a name.`;
    await loadPage();
  }
  async function loadPage(): Promise<void> {
    const collection = app.collection.value;
    if (collection === undefined) return;
    const query = { limit: 100, ...(cursor === null ? {} : { cursor }) };
    const page = await app.attempt(notice.problem, () => app.session.client.listPersons({ params: { collection_id: collection.id }, query }));
    // Another collection may have been chosen meanwhile.
    if (page === undefined || app.collection.value !== collection) return;
    persons = [...persons, ...page.items];
    cursor = page.next_cursor;
    draw();
  }
  function draw(): void {
    rows.replaceChildren(...persons.map(rowOf));
    table.hidden = persons.length === 0;
    more.hidden = cursor === null;
    onNames(persons.map(({ name }) => name));
  }
  function rowOf(person: ListedPerson): HTMLElement {
    return element('tr', {}, element('th', { scope: 'row' }, person.name), element('td', { class: 'number' }, person.faces),
      element('td', { class: 'end' }, button('Remove…', () => void remove(person), { 'aria-label': `Remove ${person.name}…` })));
  }
  async function remove(person: ListedPerson): Promise<void> {
    const collection = app.collection.value!;
    const isGone = await openDialog({
      title: `Remove ${person.name}?`,
      fields: [element('p', {}, `${counted(person.faces, 'face')} go too. This cannot be taken back.`)],
      confirm: 'Remove', danger: true,
      onConfirm: async () => {
        try {
          await app.session.client.deletePerson({ params: { collection_id: collection.id, person_id: person.id } });
          return undefined;
        } catch (error) {
          return problemOf(error);
        }
      },
    });
    if (!isGone) return;
    await load();
    heading.focus();
    announce(`${person.name} is removed.`);
  }
  return { content: element('section', { class: 'card' }, heading, counts, notice.content, table, more), load };
}
