import { announce, button, counted, createNotice, distanceText, element } from '@facenet/page';
import type { Suggestion } from '@facenet/clusters';
import type { Album } from '../album/index.ts';
import { problemOf } from '../shell/problem.ts';
import type { FacePictures } from './face-pictures.ts';

/** “Same person?”: pairs that are likely, to be answered. */
export function createSuggestions(albumOf: () => Promise<Album>, pictures: FacePictures): { readonly content: HTMLElement; clear(): void } {
  const notice = createNotice();
  const list = element('ul', { class: 'suggestions', 'aria-label': 'Pairs that may be one person' });
  const find = button('Same person? Look for pairs', () => void load());

  async function load(): Promise<void> {
    find.disabled = true;
    try {
      const pairs = await (await albumOf()).suggestions({ limit: 5 });
      list.replaceChildren(...pairs.map((pair, i) => cardOf(pair, i + 1)));
      announce(pairs.length === 0 ? 'No pair is likely.' : counted(pairs.length, 'likely pair'));
      if (pairs.length === 0) notice.done('No pair is likely.');
    } catch (error) {
      notice.problem(problemOf(error));
    }
    find.disabled = false;
  }
  function cardOf(pair: Suggestion, number: number): HTMLElement {
    const reply = (same: boolean): void => void albumOf().then((album) => album.answer(pair, same)).then(load, (error: unknown) => { notice.problem(problemOf(error)); });
    return element('li', { class: 'card' }, element('h4', {}, `Pair ${number}`),
      element('div', { class: 'pair' }, pictures.picture(pair.faceA, `First face of pair ${number}`), pictures.picture(pair.faceB, `Second face of pair ${number}`)),
      element('p', {}, `Are they the same person? Their distance is ${distanceText(pair.distance)}.`),
      element('div', { class: 'actions' }, button('Different people', () => { reply(false); }, { 'aria-label': `Different people: pair ${number}` }), button('Same person', () => { reply(true); }, { class: 'primary', 'aria-label': `Same person: pair ${number}` })));
  }
  return { content: element('div', { class: 'stack' }, element('div', { class: 'actions' }, find), notice.content, list), clear: () => { list.replaceChildren(); notice.clear(); } };
}
