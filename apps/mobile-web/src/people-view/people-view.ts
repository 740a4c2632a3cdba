import { element } from '@facenet/page';
import type { App, View } from '../shell/app.ts';
import { createEnrolForm } from './enrol-form.ts';
import { createFileCard } from './file-card.ts';
import { createPersonList } from './person-list.ts';
import { createStorageCard } from './storage-card.ts';

/** Who is known on this device: added, renamed, deleted, taken along. */
export function createPeopleView(app: App): View {
  const form = createEnrolForm(app);
  const list = createPersonList(app, (people) => { form.setPeople(people); }, ({ name }) => { form.fill(name); });
  const storage = createStorageCard(app);
  app.gallery.subscribe(() => { if (!content.parentElement!.hidden) void list.load(); });
  const content = element('div', { class: 'stack' }, list.content, form.content, createFileCard(app), storage.content);
  return { content, show: () => { void list.load(); storage.load(); }, hide: () => { form.stop(); } };
}
