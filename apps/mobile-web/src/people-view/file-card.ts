import { button, counted, createNotice, element, labelled, newId, openDialog } from '@facenet/page';
import { exportGallery, type ImportedGallery, importGallery } from '../gallery/index.ts';
import { pageCrypto } from '../portable/page-crypto.ts';
import type { App } from '../shell/app.ts';
import { problemOf } from '../shell/problem.ts';

/** People as a file: to be kept, brought to another phone, or to a server. */
export function createFileCard(app: App): HTMLElement {
  const notice = createNotice();
  const id = newId('gallery-file');
  const input = element('input', { type: 'file', id, accept: '.jsonl,application/jsonl,application/json', class: 'unseen', change: () => {
    const [file] = input.files ?? [];
    if (file !== undefined) void read(file);
    input.value = '';
  } });
  const bring = button('Bring a file…', () => { input.click(); });
  const save = button('Save as a file…', () => void write());

  async function write(): Promise<void> {
    const { manifest } = await app.engine.ready();
    const passphrase = passphraseField('new-password');
    await openDialog({
      title: 'Save people as a file',
      fields: [element('p', {}, 'Names and the numbers of faces, no pictures. Another phone or a server reads it.'), labelled('Passphrase', passphrase, 'Without one, whoever has the file can read names and compare faces.')],
      confirm: 'Save',
      onConfirm: async () => {
        try {
          const { file, people, faces, leftOut } = await exportGallery(app.gallery, { name: 'phone', spaceId: manifest.spaceId, size: manifest.embedding.size, crypto: pageCrypto, ...given(passphrase) });
          download(file, `people-${new Date().toISOString().slice(0, 10)}.jsonl`);
          const out = Object.values(leftOut).reduce((sum: number, each) => sum + (typeof each === 'number' ? each : 0), 0);
          notice.done(`${counted(people, 'person', 'people')} with ${counted(faces, 'face')} saved.${out === 0 ? '' : ` ${counted(out, 'entry', 'entries')} of another space or damaged stayed here.`}`);
          return undefined;
        } catch (error) {
          return problemOf(error);
        }
      },
    });
  }
  async function read(file: File): Promise<void> {
    notice.clear();
    const isSealed = /"encryption":\s*\{/.test(await file.slice(0, 65536).text());
    if (!isSealed) return void await bringIn(file).then(tell, (error: unknown) => { notice.problem(problemOf(error)); });
    const passphrase = passphraseField('current-password');
    let brought: ImportedGallery | undefined;
    await openDialog({
      title: 'The file is encrypted', fields: [labelled('Passphrase', passphrase)], confirm: 'Open it',
      onConfirm: async () => {
        try {
          brought = await bringIn(file, given(passphrase));
          return undefined;
        } catch (error) {
          return problemOf(error);
        }
      },
    });
    if (brought !== undefined) tell(brought);
  }
  async function bringIn(file: Blob, passphrase: { readonly passphrase?: string } = {}): Promise<ImportedGallery> {
    const { manifest } = await app.engine.ready();
    return await importGallery(app.gallery, file, { crypto: pageCrypto, spaceId: manifest.spaceId, ...passphrase });
  }
  function tell({ people, faces, unnamedFaces, alreadyHere, isForeign }: ImportedGallery): void {
    const before = alreadyHere.people + alreadyHere.faces === 0 ? '' : ` ${counted(alreadyHere.people, 'person', 'people')} and ${counted(alreadyHere.faces, 'face')} were here before.`;
    const unnamed = unnamedFaces === 0 ? '' : ` ${counted(unnamedFaces, 'face')} have no name; the album groups them.`;
    const foreign = isForeign ? ' They were made by a model of another space: they are kept, and this model cannot search them.' : '';
    notice.done(`${counted(people, 'person', 'people')} with ${counted(faces, 'face')} came.${before}${unnamed}${foreign}`);
  }
  return element('section', { class: 'card' }, element('h3', {}, 'Take people along'), element('p', {}, 'A gallery file goes from phone to phone, and to a server and back.'),
    element('label', { for: id, class: 'unseen' }, 'Gallery file'), input, notice.content, element('div', { class: 'actions' }, bring, save));
}

function passphraseField(autocomplete: string): HTMLInputElement {
  return element('input', { type: 'password', autocomplete, maxlength: 1000 });
}

function given(field: HTMLInputElement): { readonly passphrase?: string } {
  return field.value === '' ? {} : { passphrase: field.value };
}

function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  element('a', { href: url, download: name }).click();
  // The browser reads it after this turn.
  setTimeout(() => { URL.revokeObjectURL(url); }, 60_000);
}
