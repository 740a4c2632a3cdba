import { registerSW } from 'virtual:pwa-register';
import { announce, button, element } from '@facenet/page';

/** Longest wait for the page to be kept; then it works, and can do so without a network after its next visit. */
const longestWait = 30_000;

export interface Offline {
  /** Ends when what is fetched passes the service worker, or there is none. */
  readonly isKept: Promise<void>;
  /** Tells of a new version. */
  readonly content: HTMLElement;
}

/** Keeps the page for use without a network, and asks before a new version takes over. */
export function keepForOffline(): Offline {
  const content = element('div', { class: 'news-line', hidden: true });
  if (!('serviceWorker' in navigator)) return { isKept: Promise.resolve(), content };
  const isKept = new Promise<void>((resolve) => {
    if (navigator.serviceWorker.controller !== null) return resolve();
    navigator.serviceWorker.addEventListener('controllerchange', () => { resolve(); }, { once: true });
    setTimeout(resolve, longestWait);
    const update = registerSW({
      onNeedRefresh: () => {
        const use = button('Use it now', () => { use.disabled = true; void update(true); }, { class: 'primary' });
        const later = button('Later', () => { content.hidden = true; });
        content.replaceChildren(element('span', {}, 'A new version is ready.'), later, use);
        content.hidden = false;
        announce('A new version is ready.');
      },
      // Private windows of some browsers keep nothing.
      onRegisterError: () => { resolve(); },
    });
  });
  return { isKept, content };
}
