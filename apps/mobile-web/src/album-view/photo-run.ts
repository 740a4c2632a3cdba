import { announce, button, counted, createNotice, createPhotoPicker, element } from '@facenet/page';
import type { Album, FoundInPhoto, PhotosRead } from '../album/index.ts';
import { thumbnailOf } from '../faces/face-picture.ts';
import type { App } from '../shell/app.ts';
import { problemOf } from '../shell/problem.ts';

/** Photos are read one after the other, then their faces are grouped; it can be stopped at any time, and what was read stays. */
export function createPhotoRun(app: App, albumOf: () => Promise<Album>): { readonly content: HTMLElement; group(): Promise<void> } {
  let running: AbortController | undefined;
  const notice = createNotice();
  const text = element('p', { class: 'hint' });
  const bar = element('progress', { max: 1, value: 0, 'aria-label': 'Reading photos' });
  const cancel = button('Stop', () => { running?.abort(); });
  const progress = element('div', { class: 'stack', hidden: true }, text, element('div', { class: 'progress' }, bar, cancel));
  const failures = element('ul', { class: 'hint', 'aria-label': 'Photos that could not be read' });
  const picker = createPhotoPicker('Choose photos', true, (photos) => void add(photos));

  async function facesOf(file: Blob, signal: AbortSignal | undefined): Promise<FoundInPhoto[]> {
    const faces = await (await app.engine.ready()).embed(file, signal === undefined ? {} : { signal });
    return await Promise.all(faces.map(async ({ embedding, quality, box, crop }) => ({ vector: embedding, quality: quality.overall, box, thumbnail: await thumbnailOf(crop) })));
  }
  async function add(photos: readonly File[]): Promise<void> {
    failures.replaceChildren();
    await work(async (album, signal) => {
      let done = 0;
      const read = await album.addPhotos(photos.map((file) => ({ name: file.name, file })), {
        facesOf, signal,
        onProgress: ({ faces }) => { show(++done / photos.length, `${done} of ${counted(photos.length, 'photo')}, ${counted(faces, 'face')} found`); },
      });
      failures.replaceChildren(...read.failed.map(({ name, problem }) => element('li', {}, `${name}: ${problem}`)));
      await groupIn(album, signal);
      notice.done(readInWords(read));
    });
  }
  async function groupIn(album: Album, signal: AbortSignal): Promise<void> {
    await album.group({ signal, onProgress: (share) => { show(share, 'Grouping the faces…'); } });
  }
  async function work(job: (album: Album, signal: AbortSignal) => Promise<void>): Promise<void> {
    running?.abort();
    const mine = running = new AbortController();
    notice.clear();
    show(0, 'Waiting for the model…');
    progress.hidden = false;
    try {
      await job(await albumOf(), mine.signal);
    } catch (error) {
      if (mine.signal.aborted) notice.done('Stopped; what was read is here.');
      else notice.problem(problemOf(error));
    }
    if (running === mine) progress.hidden = true;
  }
  function show(share: number, words: string): void {
    bar.value = share;
    text.textContent = words;
  }
  const content = element('section', { class: 'card', 'aria-label': 'Photos' }, picker.content, progress, notice.content, failures);
  return { content, group: () => work(async (album, signal) => { await groupIn(album, signal); announce('The faces are grouped.'); }) };
}

function readInWords({ photos, faces, alreadyHere, failed }: PhotosRead): string {
  const parts = [`${counted(faces, 'face')} in ${counted(photos, 'photo')}`, alreadyHere > 0 && `${counted(alreadyHere, 'photo was', 'photos were')} here before`, failed.length > 0 && `${counted(failed.length, 'photo')} could not be read, for the reasons below`];
  return `${parts.filter((each) => each !== false).join('; ')}.`;
}
