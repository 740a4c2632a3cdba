import './without-eval.ts';
import type { CollectionBody } from '@facenet/contract';
import { button, createState, element } from '@facenet/page';
import type { App, View } from './app.ts';
import { askForKey } from './collections/ask-for-key.ts';
import { createCollectionChoice } from './collections/collection-choice.ts';
import { createGroupsView } from './groups/groups-view.ts';
import { createPeopleView } from './people/people-view.ts';
import { isMissingKey, problemOf } from './problem.ts';
import { createSearchView } from './search/search-view.ts';
import { openSession } from './session.ts';
import { createThresholdsView } from './thresholds/thresholds-view.ts';

// The page is beside the API, below whatever path a proxy puts them.
const session = openSession(new URL('.', document.baseURI).href, sessionStorage);
let asking: Promise<boolean> | undefined;

const app: App = {
  session,
  collection: createState<CollectionBody | undefined>(undefined),
  attempt: async (tell, work) => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        // Several requests may be refused at once; one question is enough.
        if (isMissingKey(error) && await (asking ??= askForKey(session).finally(() => { asking = undefined; }))) continue;
        tell(problemOf(error));
        return undefined;
      }
    }
  },
};

const views: readonly { readonly name: string; readonly title: string; readonly view: View; readonly needsCollection: boolean }[] = [
  { name: 'people', title: 'People', view: createPeopleView(app), needsCollection: true },
  { name: 'search', title: 'Search', view: createSearchView(app), needsCollection: true },
  { name: 'groups', title: 'Groups', view: createGroupsView(app), needsCollection: true },
  { name: 'thresholds', title: 'Thresholds', view: createThresholdsView(app), needsCollection: false },
];

const choice = createCollectionChoice(app, sessionStorage);
const links = views.map(({ name, title }) => element('a', { href: `#${name}` }, title));
const first = element('section', { class: 'card first', hidden: true }, element('h2', { tabindex: -1 }, 'No collection yet'),
  element('p', {}, 'A collection holds people and their faces. Make the first one to begin.'), button('New collection…', () => void choice.create(), { class: 'primary' }));
const sections = views.map(({ title, view }) => element('section', { hidden: true }, element('h2', { tabindex: -1 }, title), view.content));

function currentIndex(): number {
  return Math.max(0, views.findIndex(({ name }) => `#${name}` === location.hash));
}

function draw(isMoved: boolean): void {
  const current = currentIndex();
  const isWaiting = views[current]!.needsCollection && app.collection.value === undefined;
  first.hidden = !isWaiting || !choice.isLoaded;
  views.forEach(({ view, title }, i) => {
    const isShown = i === current && !isWaiting;
    if (!isShown && !sections[i]!.hidden) view.hide?.();
    sections[i]!.hidden = !isShown;
    if (i === current) links[i]!.setAttribute('aria-current', 'page');
    else links[i]!.removeAttribute('aria-current');
    if (isShown) view.show();
    if (i === current) document.title = `${title} · facenet console`;
  });
  // Whoever chose another view goes on reading there.
  if (isMoved) (isWaiting ? first : sections[current]!).querySelector('h2')!.focus();
}

document.querySelector('nav')!.append(...links);
document.querySelector('#choice')!.append(choice.content);
document.querySelector('main')!.append(first, ...sections);
addEventListener('hashchange', () => { draw(true); });
await choice.load();
app.collection.follow(() => { draw(false); });
