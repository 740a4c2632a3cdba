// Opening what is kept, and who a face is: npx tsx apps/mobile-web/src/gallery/gallery.bench.ts
import 'fake-indexeddb/auto';
import { createFaceIndex } from '../who/face-index.ts';
import { recognise } from '../who/recognise.ts';
import { createGallery } from './create-gallery.ts';
import { openDeviceStore } from './device-store.ts';
import type { NewFace } from './gallery.ts';

const size = 128;
let state = 7;
// A linear congruential generator (Numerical Recipes' constants).
const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;

function randomFace(): NewFace {
  const vector = Float32Array.from({ length: size }, () => random() + random() + random() - 1.5);
  const length = Math.hypot(...vector);
  return { vector: vector.map((each) => each / length), modelId: 'tiny', spaceId: 'space', quality: random() };
}

const median = (values: readonly number[]): string => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!.toFixed(2);
async function timed(work: () => unknown, times: number): Promise<string> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  return median(taken);
}

for (const [faces, people] of [[1000, 100], [10_000, 1000]] as const) {
  const store = await openDeviceStore({ name: `bench of ${faces}` });
  const gallery = createGallery(store);
  const perPerson = Math.ceil(faces / people);
  const written = await timed(() => gallery.apply({ people: Array.from({ length: people }, (_, i) => ({ name: `person ${i}`, faces: Array.from({ length: perPerson }, randomFace) })) }), 1);
  const opened = await timed(() => createGallery(store).contents(), 5);
  const contents = await gallery.contents();
  const index = createFaceIndex(contents.faces, 'space');
  const threshold = { queryModelId: 'tiny', galleryModelId: 'tiny', val: 1, falseAccepts: 0, pairsSame: 1, pairsDifferent: 1, source: 'bench' };
  const manifest = { thresholds: [{ ...threshold, far: 0.001, threshold: 0.9 }, { ...threshold, far: 0.01, threshold: 1.2 }] };
  const asked = await timed(() => recognise({ vector: randomFace().vector, modelId: 'tiny', spaceId: 'space' }, index, manifest), 101);
  console.log(`${contents.faces.length} faces of ${people} people: written in ${written} ms, opened in ${opened} ms, a face asked for in ${asked} ms`);
  store.close();
}
