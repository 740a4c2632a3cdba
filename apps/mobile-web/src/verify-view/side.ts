import { announce, button, counted, createNotice, createPhotoPicker, element, labelled, select } from '@facenet/page';
import type { EmbeddedFace } from '@facenet/web';
import { createCamera } from '../camera/camera.ts';
import { hintFor } from '../camera/hint.ts';
import { createLightMeter } from '../camera/frame-light.ts';
import { pictureOf } from '../camera/picture-of.ts';
import { photoWithFaces } from '../faces/photo-with-faces.ts';
import { problemOf } from '../shell/problem.ts';
import type { App } from '../shell/app.ts';

/** One of the two pictures that are compared. */
export interface Side {
  readonly content: HTMLElement;
  /** Undefined until a picture with a face was given. */
  readonly face: EmbeddedFace | undefined;
  stop(): void;
}

/** A photo or a look into the camera, and the face in it. */
export function createSide(app: App, title: string, onChange: () => void): Side {
  let faces: readonly EmbeddedFace[] = [];
  let chosen = 0;
  let url: string | undefined;
  let latest = 0;
  const notice = createNotice();
  const place = element('div', { class: 'side-photo' });
  const which = select([], { change: () => { chosen = Number(which.value); draw(); onChange(); } });
  const whichField = labelled('Which face', which, 'The largest, unless you choose another.');
  const picker = createPhotoPicker(`${title}: choose a photo`, false, ([photo]) => void take(photo!));
  const light = createLightMeter();
  const shoot = button('Take the picture', () => void shot(), { class: 'primary' });
  const camera = createCamera({
    label: 'Use the camera', actions: [shoot],
    look: async (video) => {
      const found = await (await app.engine.ready()).find(video);
      const hint = hintFor(found, { gate: 'standard', wantsOne: true, light: light(video) });
      return { marks: found.flatMap(({ box }) => (box === null ? [] : [{ box, text: '' }])), hint: hint.text, isFine: hint.code === 'fine' };
    },
  });

  async function shot(): Promise<void> {
    const picture = await pictureOf(camera.video);
    camera.stop();
    await take(picture);
  }
  async function take(photo: Blob): Promise<void> {
    const mine = ++latest;
    notice.clear();
    faces = [];
    chosen = 0;
    if (url !== undefined) URL.revokeObjectURL(url);
    url = URL.createObjectURL(photo);
    place.setAttribute('aria-busy', 'true');
    draw();
    try {
      const found = await (await app.engine.ready()).embed(photo);
      // Another picture may have been chosen meanwhile.
      if (mine !== latest) return;
      faces = found;
      if (found.length === 0) notice.problem('No face was found in this picture. Choose one where the face is larger, or looks into the camera.');
      else announce(`${title}: ${counted(found.length, 'face')} found.`);
    } catch (error) {
      if (mine === latest) notice.problem(problemOf(error));
    }
    place.removeAttribute('aria-busy');
    draw();
    onChange();
  }
  function draw(): void {
    const boxes = faces.map(({ box }, i) => ({ box, text: String(i + 1), verdict: i === chosen ? 'match' as const : 'unknown' as const }));
    place.replaceChildren(...(url === undefined ? [] : [photoWithFaces(url, `${title}, ${faces.length === 0 ? 'no face yet' : counted(faces.length, 'face')}`, boxes)]));
    whichField.hidden = faces.length < 2;
    if (which.options.length !== faces.length) which.replaceChildren(...faces.map((_, i) => element('option', { value: i }, `Face ${i + 1} of ${faces.length}`)));
    which.value = String(chosen);
  }
  draw();
  const content = element('section', { class: 'card side', 'aria-label': title }, element('h3', {}, title), place, whichField, picker.content, camera.content, notice.content);
  return { content, get face() { return faces[chosen]; }, stop: () => { camera.stop(); } };
}
