import type { EnrolRequest } from '@facenet/contract';
import { announce, button, counted, createNotice, createPhotoPicker, element, labelled, select, tick } from '@facenet/page';
import type { App } from '../app.ts';
import { enrolPhoto, type EnrolRule } from './enrol-photo.ts';
import { createPhotoRow, type PhotoRow } from './photo-row.ts';

/** Whose faces, which photos, and what became of each. */
export function createEnrolForm(app: App, onEnrolled: () => void): { readonly content: HTMLElement; suggestNames(names: readonly string[]): void } {
  let rows: PhotoRow[] = [];
  let isRunning = false;
  const notice = createNotice();
  const names = element('datalist', { id: 'known-names' });
  const name = element('input', { type: 'text', maxlength: 200, autocomplete: 'off', list: 'known-names' });
  const nameField = labelled('Name', name, 'A name that is here already gets more faces.');
  const one = tick('One person', { type: 'radio', name: 'whose', checked: true, change: () => { nameField.hidden = false; } });
  const nobody = tick('People without names yet', { type: 'radio', name: 'whose', change: () => { nameField.hidden = true; } }, 'Every face of every photo is kept, to be grouped and named later.');
  const largest = tick('Of several faces take the largest', {}, 'Otherwise a photo with several faces is not used for a person.');
  const crop = tick('The photos are ready crops of one face', {});
  const gate = select([['', "the server's usual"], ['off', 'off'], ['standard', 'standard'], ['strict', 'strict']]);
  const list = element('ul', { class: 'photo-rows', 'aria-label': 'Photos' });
  const enrol = element('button', { type: 'submit', class: 'primary', disabled: true }, 'Enrol');
  const clear = button('Clear the list', () => replaceRows([]), { hidden: true });
  const picker = createPhotoPicker('Drop photos here, or choose them', true, (photos) => {
    // What was done before is no part of the next enrolment.
    replaceRows([...rows.filter(({ state }) => state === 'waiting'), ...photos.map(createPhotoRow)]);
    notice.clear();
    announce(`${counted(photos.length, 'photo')} chosen.`);
  });

  function replaceRows(next: PhotoRow[]): void {
    for (const row of rows) if (!next.includes(row)) row.dispose();
    rows = next;
    list.replaceChildren(...rows.map(({ content }) => content));
    refresh();
  }
  function refresh(): void {
    const waiting = rows.filter(({ state }) => state === 'waiting').length;
    enrol.textContent = waiting === 0 ? 'Enrol' : `Enrol ${counted(waiting, 'photo')}`;
    enrol.disabled = isRunning || waiting === 0;
    clear.hidden = isRunning || rows.length === 0;
    picker.input.disabled = isRunning;
  }
  async function run(): Promise<void> {
    const collection = app.collection.value;
    const given = one.input.checked ? name.value.trim() : undefined;
    if (collection === undefined) return;
    if (given === '') {
      name.focus();
      return notice.problem('Say who it is, or choose that they have no names yet.');
    }
    const rule: EnrolRule = { name: given, takesLargest: largest.input.checked, isCrop: crop.input.checked, gate: (gate.value || undefined) as EnrolRequest['quality_gate'] };
    isRunning = true;
    notice.clear();
    refresh();
    const waiting = rows.filter(({ state }) => state === 'waiting');
    let faces = 0;
    for (const row of waiting) {
      row.set('sending', 'sending…');
      // One after another: the first makes the person whom the others join.
      const done = await app.attempt((problem) => { row.set('refused', `not used: ${problem}`); }, () => enrolPhoto(app.session.client, collection.id, row.photo, rule));
      if (done === undefined) continue;
      faces += done.faces;
      row.set('enrolled', `enrolled: ${counted(done.faces, 'face')}`);
    }
    isRunning = false;
    refresh();
    summarise(waiting, faces, given);
    onEnrolled();
  }
  function summarise(sent: readonly PhotoRow[], faces: number, given: string | undefined): void {
    const refused = sent.filter(({ state }) => state === 'refused').length;
    const whose = given === undefined ? 'kept without a name' : `enrolled for ${given}`;
    const used = `${counted(faces, 'face')} of ${counted(sent.length - refused, 'photo')} ${whose}`;
    if (refused === 0) notice.done(`${used}.`);
    else if (refused === sent.length) notice.problem(`No photo could be used, for the ${refused === 1 ? 'reason beside it' : 'reasons beside them'}.`);
    else notice.done(`${used}; ${counted(refused, 'photo')} could not be used, for the ${refused === 1 ? 'reason beside it' : 'reasons beside them'}.`);
  }

  const form = element('form', { class: 'card', novalidate: true, submit: (event) => { event.preventDefault(); void run(); } },
    element('fieldset', {}, element('legend', {}, 'Whose faces are they?'), one.content, nobody.content), nameField, names, picker.content,
    element('details', {}, element('summary', {}, 'More choices'), largest.content, crop.content, labelled('Quality that a face must have', gate)),
    list, notice.content, element('div', { class: 'actions' }, clear, enrol));
  return { content: form, suggestNames: (known) => { names.replaceChildren(...known.map((each) => element('option', { value: each }))); } };
}
