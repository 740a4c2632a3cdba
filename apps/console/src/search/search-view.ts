import type { SearchResponse } from '@facenet/contract';
import { announce, bytesOf, createNotice, createPhotoPicker, element, tick } from '@facenet/page';
import type { App, View } from '../app.ts';
import { createRateChoice } from '../rate-choice.ts';
import { createCamera } from './camera.ts';
import { faceCard } from './face-card.ts';
import { photoWithBoxes } from './photo-with-boxes.ts';
import { summaryOf } from './summary.ts';

/** Who is in a photo or before the camera. */
export function createSearchView(app: App): View {
  let shown: string | undefined;
  let said = '';
  const notice = createNotice();
  const rate = createRateChoice(app);
  const crop = tick('The photo is a ready crop of one face', {});
  const result = element('section', { class: 'result', 'aria-label': 'Result' });

  async function search(picture: Blob, name: string): Promise<void> {
    const collection = app.collection.value;
    if (collection === undefined) return;
    notice.clear();
    result.setAttribute('aria-busy', 'true');
    const faces = await app.attempt((problem) => { notice.problem(problem); said = ''; }, async () => {
      const far = rate.far;
      const { results: [first] } = await app.session.client.bulkSearch({
        params: { collection_id: collection.id },
        body: { images: [await bytesOf(picture)], face: 'all', ...(far === undefined ? {} : { far }), ...(crop.input.checked ? { crop: true } : {}) },
      });
      if (first === undefined || 'error' in first) throw new Error(first?.error.message ?? 'the server gave no answer for the picture');
      return first.faces;
    });
    if (faces === undefined) result.replaceChildren();
    else await show(picture, name, faces);
    result.removeAttribute('aria-busy');
  }
  async function show(picture: Blob, name: string, faces: readonly SearchResponse[]): Promise<void> {
    const summary = summaryOf(faces);
    const url = URL.createObjectURL(picture);
    const photo = await photoWithBoxes(url, `${name}. ${summary}`, faces);
    result.replaceChildren(photo, element('div', {}, element('h3', {}, name), element('p', { class: 'summary' }, summary), element('ol', { class: 'faces' }, ...faces.map(faceCard))));
    if (shown !== undefined) URL.revokeObjectURL(shown);
    shown = url;
    // A camera sees the same again and again.
    if (summary !== said) announce(summary);
    said = summary;
  }

  const camera = createCamera((picture) => search(picture, 'What the camera saw'));
  const picker = createPhotoPicker('Drop a photo here, or choose one', false, ([photo]) => {
    said = '';
    void search(photo!, photo!.name);
  });
  const form = element('div', { class: 'card' }, picker.content, camera.content, element('details', {}, element('summary', {}, 'More choices'), rate.content, crop.content), notice.content);
  app.collection.follow(() => { result.replaceChildren(); notice.clear(); });
  return { content: element('div', { class: 'columns narrow-first' }, form, result), show: () => void rate.load(), hide: () => { camera.stop(); } };
}
