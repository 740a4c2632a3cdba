import { type CollectionBody, eachItem } from '@facenet/contract';
import { announce, button, createNotice, element, select } from '@facenet/page';
import type { App } from '../app.ts';
import { askForKey } from './ask-for-key.ts';
import { askForCollection } from './new-collection.ts';

export interface CollectionChoice {
  readonly content: HTMLElement;
  /** False while it is not known which collections there are. */
  readonly isLoaded: boolean;
  /** Reads the collections that the key may touch. */
  load(): Promise<void>;
  create(): Promise<void>;
}

const rememberedName = 'facenet.collection';

/** Which collection the views are about, a button for a new one, and the key. */
export function createCollectionChoice(app: App, storage: Storage): CollectionChoice {
  let known: CollectionBody[] = [];
  let isLoaded = false;
  const list = select([], { id: 'collection', 'aria-label': 'Collection', change: () => choose(list.value) });
  const notice = createNotice();
  const key = button('API key…', () => void changeKey(), { hidden: !app.session.hasKey });

  const choose = (id: string): void => {
    const chosen = known.find((each) => each.id === id) ?? known[0];
    list.replaceChildren(...known.map((each) => element('option', { value: each.id }, each.name)));
    list.hidden = chosen === undefined;
    if (chosen !== undefined) {
      list.value = chosen.id;
      storage.setItem(rememberedName, chosen.id);
    }
    app.collection.set(chosen);
  };
  const load = async (): Promise<void> => {
    const all = await app.attempt(notice.problem, async () => {
      const items: CollectionBody[] = [];
      for await (const each of eachItem((query: { limit: number }) => app.session.client.listCollections({ query }), { limit: 100 })) items.push(each);
      return items;
    });
    // Whoever closed the question for a key may want it back.
    key.hidden = all !== undefined && !app.session.hasKey;
    if (all === undefined) return;
    isLoaded = true;
    notice.clear();
    known = all.sort((a, b) => a.name.localeCompare(b.name));
    choose(storage.getItem(rememberedName) ?? '');
  };
  const create = async (): Promise<void> => {
    const made = await askForCollection(app.session);
    if (made === undefined) return;
    known = [...known, made].sort((a, b) => a.name.localeCompare(b.name));
    choose(made.id);
    announce(`Collection ${made.name} is made and chosen.`);
  };
  const changeKey = async (): Promise<void> => {
    if (await askForKey(app.session)) await load();
  };
  const content = element('div', { class: 'choice' }, list, button('New collection…', () => void create()), key, notice.content);
  return { content, load, create, get isLoaded() { return isLoaded; } };
}
