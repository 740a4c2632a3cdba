import { button, counted, createNotice, element, openDialog } from '@facenet/page';
import { type Album, type AlbumView as Shown, createAlbum } from '../album/index.ts';
import type { App, View } from '../shell/app.ts';
import { problemOf } from '../shell/problem.ts';
import { rateFor } from '../shell/rate-choice.ts';
import { createFacePictures } from './face-pictures.ts';
import { createGroupCard, type GroupCard } from './group-card.ts';
import { createPhotoRun } from './photo-run.ts';
import { createSuggestions } from './suggestions.ts';

/** Many photos become groups of faces, and groups people. */
export function createAlbumView(app: App): View {
  let opening: Promise<Album> | undefined;
  let cards: GroupCard[] = [];
  const notice = createNotice();
  const pictures = createFacePictures((id) => albumOf().then((album) => album.thumbnail(id)));
  const run = createPhotoRun(app, albumOf);
  const suggestions = createSuggestions(albumOf, pictures);
  const heading = element('h3', { tabindex: -1 }, 'Groups');
  const count = element('p', { class: 'hint' });
  const list = element('ol', { class: 'groups', 'aria-label': 'Groups' });
  const single = element('ul', { class: 'face-grid', 'aria-label': 'Faces in no group' });
  const alone = element('details', { hidden: true }, element('summary', {}, 'Faces in no group'), single);
  const merge = button('Merge the chosen groups', () => void edit((album) => { const ids = chosen(); album.merge(ids); return `${counted(ids.length, 'group')} are one now.`; }), { disabled: true });
  const undo = button('Undo', () => void edit(async (album) => { await album.undo(); return 'Taken back.'; }));
  const again = button('Group again', () => void run.group());
  const keep = button('Keep this album', () => void edit(async (album) => { await album.keep(); return 'It is kept, encrypted, until you clear it.'; }));
  const clear = button('Clear the album…', () => void clearAll());
  const tools = element('section', { class: 'stack', 'aria-label': 'Groups', hidden: true }, heading, count, element('div', { class: 'actions' }, undo, again, merge), notice.content, list, alone, suggestions.content, element('div', { class: 'actions' }, clear, keep));

  async function open(): Promise<Album> {
    try {
      const { manifest } = await app.engine.ready();
      const far = rateFor(manifest, app.rate.value);
      const album = await createAlbum(app.store, app.gallery, { manifest, ...(far === undefined ? {} : { far }) });
      album.subscribe(draw);
      draw(album.view());
      return album;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  }
  function albumOf(): Promise<Album> {
    return opening ??= open();
  }
  const chosen = (): string[] => cards.filter(({ isChosen }) => isChosen).map(({ group }) => group.id);
  function refreshMerge(): void {
    const number = chosen().length;
    merge.disabled = number < 2;
    merge.textContent = number < 2 ? 'Merge the chosen groups' : `Merge the ${number} chosen groups`;
  }
  function draw({ photos, faces, groups, single: lonely, isStale, canUndo, isKept }: Shown): void {
    tools.hidden = faces.size === 0 && !canUndo;
    count.textContent = `${counted(groups.length, 'group')} of ${counted(faces.size, 'face')} in ${counted(photos, 'photo')}${groups.length > 0 ? ', the largest first' : ''}.`;
    pictures.clear();
    cards = groups.map((group, i) => createGroupCard(group, i + 1, pictures, {
      onChosen: refreshMerge,
      split: ({ id }, faceIds) => void edit((album) => { album.split(id, faceIds); return `${counted(faceIds.length, 'face is', 'faces are')} a group of their own now.`; }),
      name: ({ id, faceIds }, name) => void edit((album) => nameGroup(album, id, name, faceIds.length)),
    }));
    list.replaceChildren(...cards.map(({ content }) => content));
    alone.hidden = lonely.length === 0;
    single.replaceChildren(...lonely.map((id, i) => element('li', {}, pictures.picture(id, `Face ${i + 1} in no group`))));
    undo.disabled = !canUndo;
    again.hidden = !isStale;
    keep.hidden = isKept;
    refreshMerge();
  }
  /** The faces go to someone who is there, where one person alone has the name. */
  async function nameGroup(album: Album, groupId: string, name: string, faces: number): Promise<string> {
    const known = (await app.gallery.people()).filter((each) => each.name === name);
    const person = await album.name(groupId, known.length === 1 ? { personId: known[0]!.id } : { name });
    return `${counted(faces, 'face')} belong to ${person.name} now.`;
  }
  /** Does an edit and says what became of it; one that goes against a photo or another edit changes nothing. */
  async function edit(work: (album: Album) => string | Promise<string>): Promise<void> {
    notice.clear();
    try {
      const done = await work(await albumOf());
      suggestions.clear();
      notice.done(done);
    } catch (error) {
      notice.problem(problemOf(error));
    }
    // What had the focus may be gone.
    if (document.activeElement === document.body) heading.focus();
  }
  async function clearAll(): Promise<void> {
    await openDialog({
      title: 'Clear the album?', fields: [element('p', {}, 'Faces that have no name go. People with names stay.')], confirm: 'Clear', danger: true,
      onConfirm: () => albumOf().then((album) => album.clear()).then(() => undefined, problemOf),
    });
  }
  app.engine.state.follow((state) => { if (state.stage === 'ready') albumOf().catch((error: unknown) => { notice.problem(problemOf(error)); tools.hidden = false; }); });
  const content = element('div', { class: 'stack' }, element('p', { class: 'hint' }, 'Drop many photos: faces of one person come together, and you give them a name. Photos are not kept, only small pictures of faces.'), run.content, tools);
  return { content };
}
