import { button, createNotice, element, labelled, select } from '@facenet/page';
import type { App } from '../shell/app.ts';
import { problemOf } from '../shell/problem.ts';
import { createPairForm } from './pair-form.ts';
import { createQueueList } from './queue-list.ts';
import type { ServerState } from './server-state.ts';

/** The connection to a server: made, looked at, ended. */
export function createServerCard(app: App): HTMLElement {
  const notice = createNotice();
  const place = element('div', { class: 'stack' });
  const form = createPairForm(app);
  const act = (work: () => Promise<unknown>): void => void work().catch((error: unknown) => { notice.problem(problemOf(error)); });
  const disconnect = button('Disconnect', () => { act(() => app.server.link.disconnect()); });
  const again = button('Ask again', () => { act(() => app.server.refresh()); });

  function draw(it: ServerState): void {
    notice.clear();
    if (it.state === 'none') return place.replaceChildren(form);
    const { baseUrl, key, collection } = it.paired;
    const parts: HTMLElement[] = [element('p', {}, `Connected to ${baseUrl} as “${key.name}”.`)];
    if (it.state === 'paired') parts.push(element('p', { class: it.problem === null ? 'hint' : 'notice problem' }, it.problem ?? 'Asking what it can do…'));
    if (it.state === 'refused') parts.push(element('p', { class: 'notice problem' }, it.sentence));
    if (it.state === 'ready') {
      const choice = select([...(collection === null ? [['', 'choose one'] as const] : []), ...it.collections.map(({ id, name }) => [id, name] as const)], {
        change: () => { const chosen = it.collections.find(({ id }) => id === choice.value); if (chosen !== undefined) act(() => app.server.link.choose(chosen)); },
      });
      choice.value = collection?.id ?? '';
      parts.push(labelled('Collection', choice, it.mayEnrol ? 'Searched there, and people may be added to it.' : 'Searched there; this phone may not add people.'));
    }
    place.replaceChildren(...parts, element('div', { class: 'actions' }, disconnect, again));
  }
  app.server.state.follow(draw);
  const content = element('details', { class: 'card' }, element('summary', {}, 'Server'), place, notice.content, createQueueList(app));
  return content;
}
