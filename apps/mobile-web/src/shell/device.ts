import { button, element } from '@facenet/page';
import { createGallery } from '../gallery/create-gallery.ts';
import { type DeviceStore, openDeviceStore } from '../gallery/device-store.ts';
import type { Gallery } from '../gallery/gallery.ts';

export interface Device {
  readonly store: DeviceStore;
  readonly gallery: Gallery;
  /** Says that another tab needs a newer page. */
  readonly content: HTMLElement;
}

/** What is kept on this device. Throws a StorageError where the browser keeps nothing. */
export async function openDevice(): Promise<Device> {
  const store = await openDeviceStore();
  const content = element('div', { class: 'news-line', role: 'alert', hidden: true });
  store.changes.subscribe(({ what }) => {
    // Nothing that is shown is there any more.
    if (what === 'erased') location.reload();
    if (what !== 'outdated') return;
    content.replaceChildren(element('span', {}, 'Another tab runs a newer version of this page.'), button('Load it here too', () => { location.reload(); }, { class: 'primary' }));
    content.hidden = false;
  });
  return { store, gallery: createGallery(store), content };
}
