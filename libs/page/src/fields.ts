import { type Attributes, type Child, element, newId } from './element.ts';

/** A control under its label, with a hint that is read with it. */
export function labelled(label: string, control: HTMLElement, hint?: string): HTMLElement {
  control.id ||= newId('field');
  const hintId = hint === undefined ? undefined : newId('hint');
  if (hintId !== undefined) control.setAttribute('aria-describedby', hintId);
  return element('div', { class: 'field' }, element('label', { for: control.id }, label), control, hint !== undefined && element('p', { id: hintId, class: 'hint' }, hint));
}

/** A box or a radio button before its label. */
export function tick(label: string, attributes: Attributes, hint?: string): { readonly content: HTMLElement; readonly input: HTMLInputElement } {
  const id = newId('field');
  const hintId = hint === undefined ? undefined : newId('hint');
  const input = element('input', { type: 'checkbox', id, 'aria-describedby': hintId, ...attributes });
  const content = element('div', { class: 'tick' }, input, element('label', { for: id }, label), hint !== undefined && element('p', { id: hintId, class: 'hint' }, hint));
  return { content, input };
}

export function select(options: readonly (readonly [value: string, text: string])[], attributes: Attributes = {}): HTMLSelectElement {
  return element('select', attributes, ...options.map(([value, text]) => element('option', { value }, text)));
}

export function button(text: string, click: () => void, attributes: Attributes = {}, ...more: readonly Child[]): HTMLButtonElement {
  return element('button', { type: 'button', click, ...attributes }, text, ...more);
}
