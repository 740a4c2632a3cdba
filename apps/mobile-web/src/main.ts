import './without-eval.ts';
import { element, sentence } from '@facenet/page';
import { createAlbumView } from './album-view/album-view.ts';
import { createModelView } from './model-view/model-view.ts';
import { createPeopleView } from './people-view/people-view.ts';
import { offerPairing, takePairingLink } from './server-view/follow-link.ts';
import { createServerSide } from './server-view/server-state.ts';
import type { App, View } from './shell/app.ts';
import { openDevice } from './shell/device.ts';
import { createEngine } from './shell/engine.ts';
import { createEngineStatus } from './shell/engine-status.ts';
import { createInstallHint } from './shell/install.ts';
import { keepForOffline } from './shell/offline.ts';
import { openRate } from './shell/rate-choice.ts';
import { createVerifyView } from './verify-view/verify-view.ts';
import { createWhoView } from './who-view/who-view.ts';

interface NamedView {
  readonly name: string;
  /** In the bar below. */
  readonly title: string;
  readonly heading: string;
  readonly view: View;
}

// Before anything else looks at the address.
const pairing = takePairingLink();
const offline = keepForOffline();
const news = document.querySelector('#news')!;
const main = document.querySelector('main')!;
const engine = createEngine('./model/', offline.isKept);
document.querySelector('#engine')!.append(createEngineStatus(engine));
news.append(offline.content, createInstallHint(localStorage));
engine.start();

try {
  const device = await openDevice();
  news.append(device.content);
  const app: App = { engine, store: device.store, gallery: device.gallery, server: createServerSide(device.store, engine), rate: openRate(localStorage) };
  begin(app);
  if (pairing !== undefined) void offerPairing(app, pairing);
} catch (error) {
  main.append(element('p', { class: 'notice problem', role: 'alert' }, sentence(error instanceof Error ? error.message : String(error))));
}

function begin(app: App): void {
  const views: readonly NamedView[] = [
    { name: 'verify', title: 'Verify', heading: 'Verify', view: createVerifyView(app) },
    { name: 'who', title: 'Who?', heading: 'Who is this?', view: createWhoView(app) },
    { name: 'people', title: 'People', heading: 'People', view: createPeopleView(app) },
    { name: 'album', title: 'Album', heading: 'Album', view: createAlbumView(app) },
    { name: 'model', title: 'Model', heading: 'About this model', view: createModelView(app) },
  ];
  const links = views.map(({ name, title }) => element('a', { href: `#${name}` }, title));
  const sections = views.map(({ heading, view }) => element('section', { hidden: true }, element('h2', { tabindex: -1 }, heading), view.content));

  function draw(isMoved: boolean): void {
    const current = Math.max(0, views.findIndex(({ name }) => `#${name}` === location.hash));
    views.forEach(({ view, heading }, i) => {
      const isShown = i === current;
      if (!isShown && !sections[i]!.hidden) view.hide?.();
      sections[i]!.hidden = !isShown;
      if (!isShown) return links[i]!.removeAttribute('aria-current');
      links[i]!.setAttribute('aria-current', 'page');
      document.title = `${heading} · facenet`;
      view.show?.();
    });
    // Whoever chose another view goes on reading there.
    if (isMoved) {
      scrollTo(0, 0);
      sections[current]!.querySelector('h2')!.focus();
    }
  }
  document.querySelector('nav')!.append(...links);
  main.append(...sections);
  addEventListener('hashchange', () => { draw(true); });
  draw(false);
}
