import { button, counted, element } from '@facenet/page';
import type { QueuedEnrolment } from '../server/index.ts';
import type { App } from '../shell/app.ts';

/** People on their way to the server: waiting, sent, or refused and why. */
export function createQueueList(app: App): HTMLElement {
  const list = element('ul', { class: 'results', 'aria-label': 'On their way to the server' });
  const content = element('div', { class: 'stack', hidden: true }, element('h4', {}, 'On their way to the server'), list);
  const { queue, sending } = app.server;

  async function draw(): Promise<void> {
    const { enrolments, damaged } = await queue.list();
    content.hidden = enrolments.length + damaged.length === 0;
    list.replaceChildren(...enrolments.map(rowOf), ...(damaged.length === 0 ? [] : [element('li', {}, `${counted(damaged.length, 'entry', 'entries')} cannot be read. `, button('Remove', () => void queue.remove(damaged.map(({ id }) => id))))]));
  }
  function rowOf(each: QueuedEnrolment): HTMLElement {
    const name = 'name' in each.whose ? each.whose.name : 'someone on the server';
    const again = each.state === 'refused' && button('Try again', () => void queue.retry(each.id).then(() => { sending.nudge(); }), { 'aria-label': `Try again: ${name}` });
    return element('li', { 'data-state': each.state }, element('p', {}, element('strong', {}, name), `, ${counted(each.faces, 'face')}: ${each.state}${each.problem === null ? '' : `; ${each.problem}`}`),
      element('div', { class: 'actions' }, again, button(each.state === 'sent' ? 'Done' : 'Remove', () => void queue.remove([each.id]), { 'aria-label': `${each.state === 'sent' ? 'Done' : 'Remove'}: ${name}` })));
  }
  app.store.changes.subscribe(({ what }) => { if (what === 'queue' || what === 'server') void draw(); });
  void draw();
  return content;
}
