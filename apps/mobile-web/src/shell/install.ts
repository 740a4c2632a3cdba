import { button, element } from '@facenet/page';

/** Chromium's event, which the standard does not have. */
interface InstallEvent extends Event {
  prompt(): Promise<void>;
}

const dismissed = 'facenet.install-hint';

/** Says how the page becomes an app, where it is none yet and its user has not said no. */
export function createInstallHint(storage: Storage): HTMLElement {
  const content = element('div', { class: 'news-line', hidden: true });
  const isInstalled = matchMedia('(display-mode: standalone)').matches;
  if (isInstalled || storage.getItem(dismissed) !== null) return content;
  const no = button('Not now', () => {
    storage.setItem(dismissed, 'no');
    content.hidden = true;
  });
  const show = (text: string, ...actions: HTMLElement[]): void => {
    content.replaceChildren(element('span', {}, text), no, ...actions);
    content.hidden = false;
  };
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault();
    const install = button('Install', () => {
      void (event as InstallEvent).prompt();
      content.hidden = true;
    }, { class: 'primary' });
    show('Install it: it opens like an app, and works without a network.', install);
  });
  addEventListener('appinstalled', () => { content.hidden = true; });
  // Safari has no event; its share menu has the entry.
  if (/iPhone|iPad/.test(navigator.userAgent)) show('Install it: Share, then “Add to Home Screen”. It works without a network.');
  return content;
}
