import type { SuggestionBody } from '@facenet/contract';
import { announce, button, counted, createNotice, distanceText, element } from '@facenet/page';
import type { App } from '../app.ts';
import type { FacePictures } from './face-pictures.ts';

/** “Same person?”: pairs that the server finds likely, to be answered. */
export function createSuggestions(app: App, pictures: FacePictures, onAnswered: () => void): { readonly content: HTMLElement; clear(): void } {
  const notice = createNotice();
  const list = element('ul', { class: 'suggestions', 'aria-label': 'Pairs that may be one person' });
  const find = button('Look for pairs', () => void load(true));

  async function load(isAsked: boolean): Promise<void> {
    const collection = app.collection.value;
    if (collection === undefined) return;
    find.disabled = true;
    const answer = await app.attempt(notice.problem, async () => {
      const { suggestions } = await app.session.client.listSuggestions({ params: { collection_id: collection.id }, query: { limit: 10 } });
      return await Promise.all(suggestions.map((each, i) => pairCard(collection.id, each, i + 1)));
    });
    find.disabled = false;
    if (answer === undefined) return;
    list.replaceChildren(...answer);
    const found = answer.length === 0 ? 'No pair is likely any more.' : `${counted(answer.length, 'likely pair')}, the nearest first.`;
    if (isAsked) notice.done(found);
    else announce(found);
    // The button that had the focus is gone with its pair.
    if (!isAsked) (list.querySelector('button') ?? find).focus();
  }
  async function pairCard(collectionId: string, it: SuggestionBody, number: number): Promise<HTMLElement> {
    const [a, b] = await Promise.all([it.a, it.b].map((side) => nameOf(collectionId, side)));
    const reply = (answer: 'same' | 'different'): void => void send(collectionId, it, answer);
    return element('li', { class: 'card' },
      element('h4', {}, `Pair ${number}: ${a} and ${b}`),
      element('div', { class: 'pair' }, pictures.picture(collectionId, it.face_a), pictures.picture(collectionId, it.face_b)),
      element('p', {}, `Are they the same person? Their distance is ${distanceText(it.distance)} (${it.decision}).`),
      element('div', { class: 'actions' }, button('Different people', () => { reply('different'); }, { 'aria-label': `Different people: pair ${number}` }), button('Same person', () => { reply('same'); }, { class: 'primary', 'aria-label': `Same person: pair ${number}` })));
  }
  async function nameOf(collectionId: string, side: SuggestionBody['a']): Promise<string> {
    if (side.kind === 'cluster') return 'a group';
    return (await app.session.client.getPerson({ params: { collection_id: collectionId, person_id: side.id } })).name;
  }
  async function send(collectionId: string, { face_a, face_b }: SuggestionBody, answer: 'same' | 'different'): Promise<void> {
    notice.clear();
    const done = await app.attempt(notice.problem, () => app.session.client.answerSuggestion({ params: { collection_id: collectionId }, body: { face_a, face_b, answer } }));
    if (done === undefined) return;
    onAnswered();
    await load(false);
  }
  const content = element('section', { class: 'card' }, element('h3', {}, 'Same person?'), element('p', { class: 'hint' }, 'Groups, and people with names, that may belong together.'), element('div', { class: 'actions' }, find), notice.content, list);
  return { content, clear: () => { list.replaceChildren(); notice.clear(); } };
}
