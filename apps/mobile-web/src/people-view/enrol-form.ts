import { announce, button, counted, createNotice, createPhotoPicker, element, labelled, tick } from '@facenet/page';
import type { Embedder } from '@facenet/web';
import { createCamera } from '../camera/camera.ts';
import { createLightMeter } from '../camera/frame-light.ts';
import { hintFor } from '../camera/hint.ts';
import { pictureOf } from '../camera/picture-of.ts';
import { thumbnailOf } from '../faces/face-picture.ts';
import type { NewFace, PersonEntry } from '../gallery/gallery.ts';
import type { App } from '../shell/app.ts';
import { problemOf } from '../shell/problem.ts';
import { adviceFor, judgeShot, type Shot } from './shot.ts';
import { createShotRow, type ShotRow } from './shot-row.ts';

export interface EnrolForm {
  readonly content: HTMLElement;
  /** Who is there already. */
  setPeople(people: readonly PersonEntry[]): void;
  /** Goes on with someone who is there. */
  fill(name: string): void;
  stop(): void;
}

/** Someone's name and several pictures of the face. */
export function createEnrolForm(app: App): EnrolForm {
  let rows: ShotRow[] = [];
  let people: readonly PersonEntry[] = [];
  let shots = 0;
  const notice = createNotice();
  const names = element('datalist', { id: 'known-names' });
  const name = element('input', { type: 'text', maxlength: 200, autocomplete: 'off', list: 'known-names', input: () => { refresh(); } });
  const keep = tick('Keep small pictures of the faces', { checked: true }, 'Encrypted, on this device only. Without them a person has a name alone.');
  const also = tick('Add to the server too', {}, 'The numbers of the faces and the name; no picture.');
  also.content.hidden = true;
  const advice = element('p', { class: 'hint' }, adviceFor(0));
  const list = element('ul', { class: 'shots', 'aria-label': 'Pictures for this person' });
  const save = element('button', { type: 'submit', class: 'primary', disabled: true }, 'Add');
  const picker = createPhotoPicker('Choose photos of one person', true, (photos) => void takeAll(photos));
  const light = createLightMeter();
  const shoot = button('Take a shot', () => void shot(), { class: 'primary' });
  const camera = createCamera({
    label: 'Use the camera', actions: [shoot],
    look: async (video) => {
      const found = await (await app.engine.ready()).find(video);
      const { code, text } = hintFor(found, { gate: 'standard', wantsOne: true, light: light(video) });
      return { marks: found.flatMap(({ box }) => (box === null ? [] : [{ box, text: '' }])), hint: text, isFine: code === 'fine' };
    },
  });

  async function shot(): Promise<void> {
    shoot.disabled = true;
    try {
      await take(await pictureOf(camera.video), `Shot ${++shots}`);
    } finally {
      shoot.disabled = false;
      shoot.focus();
    }
  }
  async function takeAll(photos: readonly File[]): Promise<void> {
    // One after another: memory for one photo, and the page stays quick.
    for (const photo of photos) await take(photo, photo.name);
  }
  async function take(photo: Blob, title: string): Promise<void> {
    notice.clear();
    let judged: Shot;
    try {
      judged = judgeShot(title, await (await app.engine.ready()).embed(photo));
    } catch (error) {
      judged = { name: title, face: null, state: 'refused', text: problemOf(error) };
    }
    replaceRows([...rows, createShotRow(judged, refresh, (row) => { replaceRows(rows.filter((each) => each !== row)); })]);
    announce(`${title}: ${judged.text}`);
  }
  function replaceRows(next: ShotRow[]): void {
    rows = next;
    list.replaceChildren(...rows.map(({ content }) => content));
    refresh();
  }
  const personOf = (given: string): PersonEntry | undefined => people.find((each) => each.name === given);
  function refresh(): void {
    const used = rows.filter(({ isUsed }) => isUsed).length;
    const given = name.value.trim();
    const known = personOf(given);
    advice.textContent = adviceFor(used + (known?.faces ?? 0));
    save.disabled = used === 0;
    save.textContent = used === 0 ? 'Add' : `${known === undefined ? `Add ${given === '' ? 'the person' : given}` : `Add to ${given}`} with ${counted(used, 'face')}`;
  }
  async function submit(): Promise<void> {
    const given = name.value.trim();
    if (given === '') {
      notice.problem('Say who it is.');
      return name.focus();
    }
    save.disabled = true;
    try {
      const used = rows.filter(({ isUsed }) => isUsed).map(({ shot: { face } }) => face!);
      const { manifest } = await app.engine.ready();
      const faces = await Promise.all(used.map((face) => newFace(face, manifest, keep.input.checked)));
      const known = personOf(given);
      if (known === undefined) await app.gallery.addPerson({ name: given, faces });
      else await app.gallery.addFaces(known.id, faces);
      if (also.input.checked) {
        await app.server.queue.add({ name: given }, faces.map(({ vector, modelId, spaceId, quality }) => ({ vector, modelId, spaceId, quality: quality ?? null })));
        app.server.sending.nudge();
      }
      camera.stop();
      replaceRows([]);
      name.value = '';
      notice.done(`${given} is here with ${counted(faces.length + (known?.faces ?? 0), 'face')}.`);
    } catch (error) {
      notice.problem(problemOf(error));
    }
    refresh();
  }
  app.server.state.follow((server) => {
    const mayEnrol = server.state === 'ready' && server.mayEnrol && server.paired.collection !== null;
    also.content.hidden = !mayEnrol;
    if (mayEnrol) also.content.querySelector('label')!.textContent = `Add to the server’s collection “${server.paired.collection.name}” too`;
    else also.input.checked = false;
  });
  const content = element('form', { class: 'card', novalidate: true, submit: (event) => { event.preventDefault(); void submit(); } },
    element('h3', {}, 'Add someone'), labelled('Name', name, 'A name that is here already gets more faces.'), names, advice,
    picker.content, camera.content, list, keep.content, also.content, notice.content, element('div', { class: 'actions' }, save));
  return {
    content,
    setPeople: (there) => {
      people = there;
      names.replaceChildren(...there.map((each) => element('option', { value: each.name })));
      refresh();
    },
    fill: (given) => {
      name.value = given;
      refresh();
      name.focus();
    },
    stop: () => { camera.stop(); },
  };
}

/** What is kept of a face of a photo that is not kept. */
export async function newFace({ embedding, quality, box, crop }: Awaited<ReturnType<Embedder['embed']>>[number], { modelId, spaceId }: Embedder['manifest'], keepsCrop: boolean): Promise<NewFace> {
  return { vector: embedding, modelId, spaceId, quality: quality.overall, box, photoId: crypto.randomUUID(), ...(keepsCrop ? { crop: await thumbnailOf(crop) } : {}) };
}
