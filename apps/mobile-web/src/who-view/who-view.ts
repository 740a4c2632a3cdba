import { announce, counted, createNotice, createPhotoPicker, element, tick, verdictTitle } from '@facenet/page';
import type { Embedder, EmbeddedFace } from '@facenet/web';
import { createCamera, type Look } from '../camera/camera.ts';
import { createLightMeter } from '../camera/frame-light.ts';
import { hintFor } from '../camera/hint.ts';
import { createKeptPictures } from '../faces/kept-pictures.ts';
import { photoWithFaces } from '../faces/photo-with-faces.ts';
import type { App, View } from '../shell/app.ts';
import { problemOf } from '../shell/problem.ts';
import { createRateChoice, rateFor } from '../shell/rate-choice.ts';
import { noFaces, smoothFrame } from '../who/index.ts';
import { createServerCard } from '../server-view/server-card.ts';
import { answerCard } from './answer-card.ts';
import { type Answer, createDevicePeople, type DevicePeople } from './ask-device.ts';
import { askServer, serverInterval } from './ask-server.ts';
import { liveSentence, shownText } from './live-words.ts';

/** Who is this? By the camera, frame after frame, or in a photo. */
export function createWhoView(app: App): View {
  let people: Promise<DevicePeople> | undefined;
  let url: string | undefined;
  let latest = 0;
  let live = noFaces;
  const names = new Map<string, string>();
  const rate = createRateChoice(app.rate, () => { live = noFaces; });
  const notice = createNotice();
  const pictures = createKeptPictures(app.gallery);
  const light = createLightMeter();
  const here = tick('People on this device', { type: 'radio', name: 'where', checked: true, change: () => { turn(); } });
  const there = tick('The server', { type: 'radio', name: 'where', change: () => { turn(); } });
  const where = element('fieldset', { hidden: true }, element('legend', {}, 'Whom to look among'), here.content, there.content);
  const result = element('div', { class: 'stack' });
  const picker = createPhotoPicker('Choose a photo', false, ([photo]) => void lookAt(photo!));
  const camera = createCamera({ label: 'Look with the camera', look, onEnd: () => { live = noFaces; } });
  app.engine.state.follow((state) => { if (state.stage === 'ready') rate.fill(state.embedder.manifest); });
  app.gallery.subscribe(() => { people = undefined; });

  async function peopleOf({ manifest }: Embedder): Promise<DevicePeople> {
    return await (people ??= app.gallery.contents().then((contents) => createDevicePeople(contents, manifest)));
  }
  async function askAll(embedder: Embedder, faces: readonly EmbeddedFace[]): Promise<Answer[]> {
    const far = rateFor(embedder.manifest, app.rate.value);
    if (far === undefined) throw new Error('this model has no thresholds, since nobody measured it, and cannot say who someone is');
    if (there.input.checked) return await askServer(app.server.link, embedder.manifest, faces, far);
    const people = await peopleOf(embedder);
    return faces.map(({ embedding }) => people.ask(embedding, far));
  }
  /** What was found by one is no answer of the other. */
  function turn(): void {
    live = noFaces;
    latest++;
    notice.clear();
    result.replaceChildren();
  }
  async function look(video: HTMLVideoElement): Promise<Look> {
    const began = performance.now();
    const seen = await see(video);
    // A server has other phones to answer too.
    if (there.input.checked) await new Promise((resolve) => { setTimeout(resolve, began + serverInterval - performance.now()); });
    return seen;
  }
  async function see(video: HTMLVideoElement): Promise<Look> {
    const embedder = await app.engine.ready();
    const faces = await embedder.embed(video);
    const answers = await askAll(embedder, faces);
    for (const { personId, person } of answers) if (personId !== null) names.set(personId, person!.name);
    live = smoothFrame(live, faces.flatMap(({ box }, i) => (box === null ? [] : [{ box, verdict: answers[i]!.verdict, personId: answers[i]!.personId }])));
    const nameOf = (id: string): string => names.get(id) ?? '…';
    const hint = hintFor(faces, { gate: 'standard', wantsOne: false, light: light(video) });
    const sentence = liveSentence(live.tracks, nameOf);
    return {
      marks: live.tracks.filter(({ missed }) => missed === 0).map(({ box, shown }) => ({ box, text: shownText(shown, nameOf), ...(shown.state === 'looking' ? {} : { verdict: shown.state }) })),
      // A name tells that the picture is good enough.
      hint: sentence ?? (hint.code === 'fine' ? 'Looking…' : hint.text),
      isFine: sentence !== undefined && hint.code === 'fine',
    };
  }
  async function lookAt(photo: File): Promise<void> {
    const mine = ++latest;
    notice.clear();
    result.replaceChildren();
    result.setAttribute('aria-busy', 'true');
    try {
      const embedder = await app.engine.ready();
      const faces = await embedder.embed(photo);
      const answers = await askAll(embedder, faces);
      if (mine === latest) show(photo, faces, answers);
    } catch (error) {
      if (mine === latest) notice.problem(problemOf(error));
    }
    if (mine === latest) result.removeAttribute('aria-busy');
  }
  function show(photo: File, faces: readonly EmbeddedFace[], answers: readonly Answer[]): void {
    pictures.clear();
    if (url !== undefined) URL.revokeObjectURL(url);
    if (faces.length === 0) return notice.problem('No face was found in this picture. Choose one where the face is larger, or looks into the camera.');
    url = URL.createObjectURL(photo);
    const summary = `${counted(faces.length, 'face')}: ${answers.map((answer, i) => `${i + 1}, ${verdictTitle(answer)} (${answer.verdict})`).join('; ')}.`;
    result.replaceChildren(
      photoWithFaces(url, `${photo.name}. ${summary}`, faces.map(({ box }, i) => ({ box, text: `${i + 1} ${verdictTitle(answers[i]!)}`, verdict: answers[i]!.verdict }))),
      element('ol', { class: 'results', 'aria-label': 'Faces of the picture' }, ...faces.map(({ crop }, i) => answerCard({ answer: answers[i]!, crop }, i, there.input.checked ? 'in this collection' : 'on this device', pictures))));
    announce(summary);
  }
  app.server.state.follow((server) => {
    const isReady = server.state === 'ready' && server.paired.collection !== null;
    where.hidden = !isReady;
    if (isReady) where.querySelectorAll('label')[1]!.textContent = `The server’s collection “${server.paired.collection.name}”`;
    if (!isReady && there.input.checked) here.input.click();
  });
  const content = element('div', { class: 'stack' }, element('p', { class: 'hint' }, 'Decided on this device, by the people you added; or by a server, which gets the numbers of a face and no picture.'),
    where, camera.content, picker.content, notice.content, element('section', { 'aria-label': 'Result' }, result), rate.content, createServerCard(app));
  return { content, hide: () => { camera.stop(); } };
}
