import { button, createNotice, element, openDialog } from '@facenet/page';
import { askToPersist, storageSpace } from '../gallery/storage-space.ts';
import type { App } from '../shell/app.ts';
import { problemOf } from '../shell/problem.ts';

/** How much room there is, whether the browser may clear it, and the end of it all. */
export function createStorageCard(app: App): { readonly content: HTMLElement; load(): void } {
  const notice = createNotice();
  const space = element('p', { class: 'hint' });
  const persist = button('Keep it even when the device runs short', () => void ask(), { hidden: true });
  const erase = button('Delete everything…', () => void eraseAll());

  async function load(): Promise<void> {
    const { usedBytes, quotaBytes, isPersistent } = await storageSpace();
    const used = usedBytes === null ? '' : `${room(usedBytes)} used, the model included${quotaBytes === null ? '' : `, of about ${room(quotaBytes)}`}. `;
    space.textContent = `${used}${isPersistent ? 'The browser keeps it until you delete it.' : 'The browser may clear it when the device runs short of room.'}`;
    persist.hidden = isPersistent;
  }
  async function ask(): Promise<void> {
    if (await askToPersist()) notice.done('It is kept until you delete it.');
    else notice.problem('The browser did not agree. Installing the page usually helps.');
    await load();
  }
  async function eraseAll(): Promise<void> {
    await openDialog({
      title: 'Delete everything?',
      fields: [element('p', {}, 'All people, faces and pictures on this device, the connection to a server and what waits to be sent go, with the key that they are encrypted by. This cannot be taken back. The model stays.')],
      confirm: 'Delete everything', danger: true,
      // The page loads again when it is done.
      onConfirm: () => app.store.eraseEverything().then(() => undefined, problemOf),
    });
  }
  const content = element('section', { class: 'card' }, element('h3', {}, 'On this device'), element('p', {}, 'People and faces are encrypted by a key that cannot leave this device.'), space, notice.content, element('div', { class: 'actions' }, persist, erase));
  return { content, load: () => void load() };
}

function room(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(0)} GB`;
}
