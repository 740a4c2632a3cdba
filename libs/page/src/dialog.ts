import { type Child, element, newId } from './element.ts';
import { createNotice } from './notice.ts';

export interface DialogOptions {
  readonly title: string;
  readonly fields: readonly Child[];
  readonly confirm: string;
  readonly cancel?: string;
  readonly danger?: boolean;
  /** What the button does; a text is why it could not be done, and leaves the dialog open. */
  readonly onConfirm: () => Promise<string | undefined>;
}

/** Opens a dialog and ends when it is closed, with whether it was confirmed. The browser keeps the focus inside and brings it back after. */
export async function openDialog({ title, fields, confirm, cancel = 'Cancel', danger = false, onConfirm }: DialogOptions): Promise<boolean> {
  const heading = newId('dialog');
  const notice = createNotice();
  const accept = element('button', { type: 'submit', class: danger ? 'danger' : 'primary' }, confirm);
  const form = element('form', { method: 'dialog' },
    element('h2', { id: heading }, title), ...fields, notice.content,
    element('div', { class: 'actions' }, element('button', { type: 'button', click: () => dialog.close() }, cancel), accept));
  const dialog = element('dialog', { 'aria-labelledby': heading }, form);
  let confirmed = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    accept.disabled = true;
    void onConfirm().then((problem) => {
      accept.disabled = false;
      if (problem !== undefined) return notice.problem(problem);
      confirmed = true;
      dialog.close();
    });
  });
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.showModal();
  await new Promise((resolve) => { dialog.addEventListener('close', resolve, { once: true }); });
  dialog.remove();
  // Where the focus was may be gone by now.
  if (before instanceof HTMLElement && before.isConnected) before.focus();
  return confirmed;
}
