import type { Pixels } from '@facenet/face';
import { BusyError } from '../../inference/embedder.ts';
import type { Face, Job } from '../../store/store.ts';
import { reembed, type ReembedParts } from './reembed.ts';

type Stored = Face & { readonly vector: Float32Array };

const job: Job = {
  id: 'job', collectionId: 'friends', kind: 'migrate', state: 'running', done: 0, total: 10, cursor: null,
  details: { target: 'v2' }, createdAt: new Date(0), updatedAt: new Date(0),
};

/** Ten faces of v1: 3 and 7 without a crop, the crop of 5 is no picture, 9 is of v2 already. A face's vector is [its number, 1 or 2]. */
function gallery({ lastPages = Infinity }: { readonly lastPages?: number } = {}) {
  const faces = Array.from({ length: 10 }, (_, i): Stored => ({
    id: `face-${i}`, collectionId: 'friends', personId: null, photoId: null, modelId: i === 9 ? 'v2' : 'v1', box: null, quality: null,
    hasCrop: i !== 3 && i !== 7, metadata: {}, createdAt: new Date(0), vector: Float32Array.of(i, i === 9 ? 2 : 1),
  }));
  let stored = job;
  let pages = 0;
  const embedded: number[] = [];
  const parts: ReembedParts = {
    owner: 'me',
    faces: {
      async *scan(_collection, { pageSize, after }) {
        for (let start = faces.findIndex(({ id }) => id === after) + 1; start < faces.length; start += pageSize) {
          yield await Promise.resolve(faces.slice(start, start + pageSize));
        }
      },
      crop: (_collection, id) => {
        const number = Number(id.slice(5));
        return Promise.resolve(faces[number]!.hasCrop ? Uint8Array.of(number) : undefined);
      },
      replaceVector: (_collection, id, modelId, vector) => {
        const at = faces.findIndex((face) => face.id === id);
        if (at >= 0) faces[at] = { ...faces[at]!, modelId, vector };
        return Promise.resolve(at >= 0);
      },
    },
    jobs: {
      update: (_id, _owner, change) => {
        stored = { ...stored, ...change, state: ++pages >= lastPages ? 'cancelled' : change.state ?? stored.state };
        return Promise.resolve(stored);
      },
    },
    model: {
      modelId: 'v2',
      embedder: {
        load: { waiting: 0, running: 0, capacity: 8 },
        embed: (crops) => {
          embedded.push(...crops.map(({ data }) => data[0]!));
          return Promise.resolve(crops.map(({ data }) => Float32Array.of(data[0]!, 2)));
        },
        dispose: () => Promise.resolve(),
      },
    },
    decode: ([number]) => (number === 5 ? Promise.reject(new Error('damaged')) : Promise.resolve<Pixels>({ width: 1, height: 1, channels: 3, data: Uint8Array.of(number!, 0, 0) })),
    pause: () => Promise.resolve(),
  };
  return { faces, parts, embedded, get job() { return stored; } };
}

const upgraded = (faces: readonly Stored[]): number[] => faces.flatMap(({ modelId, vector: [number, version] }) => (modelId === 'v2' && version === 2 ? [number!] : []));

test('replaces the vectors of faces with a crop, and keeps all others', async () => {
  const { faces, parts, embedded } = gallery();
  const done = await reembed(job, parts, { pageSize: 4 });
  expect(done).toMatchObject({
    state: 'done', done: 10, total: 10, cursor: 'face-9', details: { target: 'v2', reembedded: 6, kept: 3, failed: 1 },
  });
  expect(upgraded(faces)).toEqual([0, 1, 2, 4, 6, 8, 9]);
  expect(faces.filter(({ modelId }) => modelId === 'v1').map(({ vector }) => [...vector])).toEqual([[3, 1], [5, 1], [7, 1]]);
  expect(embedded).toEqual([0, 1, 2, 4, 6, 8]);
});

test('stops when it is cancelled, and goes on from there without doing anything twice', async () => {
  const cut = gallery({ lastPages: 2 });
  const left = await reembed(job, cut.parts, { pageSize: 2 });
  expect(left).toMatchObject({ state: 'cancelled', done: 4, cursor: 'face-3', details: { reembedded: 3, kept: 1, failed: 0 } });
  expect(upgraded(cut.faces)).toEqual([0, 1, 2, 9]);
  const whole = gallery();
  const resumed = await reembed({ ...left, state: 'running' }, { ...whole.parts, faces: cut.parts.faces }, { pageSize: 2 });
  expect(whole.embedded).toEqual([4, 6, 8]);
  expect(upgraded(cut.faces)).toEqual([0, 1, 2, 4, 6, 8, 9]);
  expect(resumed.details).toEqual({ target: 'v2', reembedded: 6, kept: 3, failed: 1 });
});

test('leaves the job as it is when the process ends', async () => {
  const { parts, job: before } = gallery();
  expect(await reembed(job, parts, { signal: AbortSignal.abort() })).toEqual(before);
  const stop = new AbortController();
  const embedder = { ...parts.model.embedder, embed: () => { stop.abort(); return Promise.reject(new Error('aborted')); } };
  expect(await reembed(job, { ...parts, model: { modelId: 'v2', embedder } }, { signal: stop.signal })).toEqual(before);
});

test('lets people go first where the queue is full', async () => {
  const { faces, parts } = gallery();
  const pauses: number[] = [];
  let refusals = 3;
  const embedder = { ...parts.model.embedder, embed: (crops: readonly Pixels[]) => (refusals-- > 0 ? Promise.reject(new BusyError(7)) : parts.model.embedder.embed(crops)) };
  await reembed(job, { ...parts, model: { modelId: 'v2', embedder }, pause: (seconds) => { pauses.push(seconds); return Promise.resolve(); } });
  expect(pauses).toEqual([7, 7, 7]);
  expect(upgraded(faces)).toEqual([0, 1, 2, 4, 6, 8, 9]);
});

test('ends when another owner has taken the job', async () => {
  const { parts, embedded } = gallery();
  await reembed(job, { ...parts, jobs: { update: () => Promise.resolve(undefined) } }, { pageSize: 1 });
  expect(embedded).toEqual([0]);
});
