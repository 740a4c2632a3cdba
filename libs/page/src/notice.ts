import { announce } from './announce.ts';
import { element } from './element.ts';

export interface Notice {
  readonly content: HTMLElement;
  readonly problem: (text: string) => void;
  readonly done: (text: string) => void;
  readonly clear: () => void;
}

/** A line for what became of an action; a problem interrupts, a success waits. */
export function createNotice(): Notice {
  const problem = element('p', { class: 'notice problem', role: 'alert', hidden: true });
  const done = element('p', { class: 'notice done', hidden: true });
  const put = (place: HTMLElement, text: string): void => {
    place.textContent = text;
    place.hidden = text === '';
  };
  return {
    content: element('div', { class: 'notices' }, problem, done),
    problem: (text) => { put(done, ''); put(problem, text); },
    done: (text) => {
      put(problem, '');
      put(done, text);
      announce(text);
    },
    clear: () => { put(done, ''); put(problem, ''); },
  };
}
