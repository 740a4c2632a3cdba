import { element } from '@facenet/page';
import type { App, View } from '../app.ts';
import { createEnrolForm } from './enrol-form.ts';
import { createPersonList } from './person-list.ts';

/** Enrol people by their photos, and see who is there. */
export function createPeopleView(app: App): View {
  const list = createPersonList(app, (names) => { form.suggestNames(names); });
  const form = createEnrolForm(app, () => void list.load());
  return { content: element('div', { class: 'columns' }, form.content, list.content), show: () => void list.load() };
}
