import { announce, counted, element, openDialog } from '@facenet/page';
import type { KeptPictures } from '../faces/kept-pictures.ts';
import type { PersonEntry } from '../gallery/gallery.ts';
import type { App } from '../shell/app.ts';
import { problemOf } from '../shell/problem.ts';

/** The faces of a person, to delete some. */
export async function openPersonFaces(app: App, { id, name }: PersonEntry, pictures: KeptPictures): Promise<void> {
  const faces = await app.gallery.faces(id);
  const ticked = new Set<string>();
  const grid = element('ul', { class: 'face-grid', 'aria-label': `Faces of ${name}` }, ...faces.map((face, i) => {
    const box = element('input', { type: 'checkbox', change: () => { if (box.checked) ticked.add(face.id); else ticked.delete(face.id); } });
    const added = face.createdAt.toLocaleDateString('en', { day: 'numeric', month: 'short', year: 'numeric' });
    const quality = face.quality === null ? '' : `, quality ${face.quality.toFixed(2)}`;
    return element('li', {}, element('label', { class: 'face-tile' }, box, pictures.picture(face.hasCrop ? face.id : null, `Face ${i + 1}`), element('span', { class: 'hint' }, `${added}${quality}`)));
  }));
  await openDialog({
    title: `Faces of ${name}`, fields: [element('p', { class: 'hint' }, `${counted(faces.length, 'face')}. Tick those to delete.`), grid], confirm: 'Delete the ticked faces', cancel: 'Close', danger: true,
    onConfirm: async () => {
      if (ticked.size === 0) return 'No face is ticked.';
      try {
        await app.gallery.deleteFaces([...ticked]);
        announce(`${counted(ticked.size, 'face')} of ${name} deleted.`);
        return undefined;
      } catch (error) {
        return problemOf(error);
      }
    },
  });
}
