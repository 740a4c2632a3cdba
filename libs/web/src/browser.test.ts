import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Bundle, reducedPrecisions } from '@facenet/export';
import { cropToInput, openFaceBundle } from '@facenet/model';
import { decodePhoto, FaceDetector } from '@facenet/photo';
import { drawFaces } from '@facenet/photo/testing';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import type { Runtime } from './embedder.ts';
import { buildPackage } from './testing/build.fixture.ts';
import { findChromium, openChromium } from './testing/chromium.fixture.ts';
import { openSite, type Site } from './testing/site.fixture.ts';
import { storedAs, tinyBundle, writeTinyBundle } from './testing/tiny-bundle.fixture.ts';

const found = findChromium();
const withBrowser = 'path' in found ? describe : describe.skip;
const note = 'path' in found ? '' : ` (skipped: ${found.reason})`;

const openingMs = 300_000;
/** The largest first. */
const photos = {
  'one.png': [{ x: 320, y: 250, scale: 1.4 }],
  'two.png': [{ x: 470, y: 230, scale: 1.5 }, { x: 170, y: 240, scale: 1.1 }],
  'wall.png': [],
} as const;

interface Face {
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly landmarks: readonly { readonly x: number; readonly y: number }[];
  readonly score: number;
  readonly embedding: readonly number[];
}

/** What is used of an embedder, in the page. */
const inPage = `
  const photo = async (name) => (await fetch('/photos/' + name)).blob();
  const plain = (faces) => faces.map(({ box, landmarks, score, embedding }) => ({ box, landmarks, score, embedding: embedding && [...embedding] }));
  const failure = async (call) => { try { await call(); return 'no error'; } catch (error) { return { name: error.name, code: error.code, picture: error.picture, message: error.message }; } };
`;

withBrowser(`@facenet/web in Chromium${note}`, () => {
  let folder: string;
  let bundle: Bundle;
  let browser: Browser;
  let gpuBrowser: Browser;
  const sites: Site[] = [];
  const file = (...names: string[]): string => path.join(folder, ...names);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'facenet-web-'));
    bundle = await tinyBundle();
    await mkdir(file('models'));
    writeTinyBundle(file('models', 'tiny'), bundle);
    writeTinyBundle(file('models', 'other'), await tinyBundle({ name: 'other', seed: 2, width: 0.75, hasThresholds: false }));
    writeTinyBundle(file('models', 'crops'), await tinyBundle({ name: 'crops', photo: { detector: 'face-api-tiny-1', alignment: 'two-eyes-160-1' } }));
    writeTinyBundle(file('models', 'tampered'), bundle);
    const onnx = await readFile(file('models', 'tampered', 'model.onnx'));
    onnx[onnx.length >> 1]! ^= 1;
    await writeFile(file('models', 'tampered', 'model.onnx'), onnx);
    for (const precision of reducedPrecisions) writeTinyBundle(file('models', precision), await storedAs(bundle, precision));
    await mkdir(file('photos'));
    for (const [name, faces] of Object.entries(photos)) await writeFile(file('photos', name), await drawFaces(640, 480, faces));
    await writeOddPhotos();
    await buildPackage(file('pkg'));
    browser = await openChromium((found as { path: string }).path);
    gpuBrowser = await openChromium((found as { path: string }).path, { webgpu: true });
  }, openingMs);

  afterAll(async () => {
    await browser?.close();
    await gpuBrowser?.close();
    for (const site of sites) await site.close();
    await rm(folder, { recursive: true, force: true });
  }, openingMs);

  async function writeOddPhotos(): Promise<void> {
    const upright = await drawFaces(480, 640, [{ x: 240, y: 330, scale: 1.5 }]);
    await writeFile(file('photos', 'upright.png'), upright);
    // Orientation 6: to be turned clockwise, so what is stored was turned the other way. Lossless but for JPEG's own blocks.
    await writeFile(file('photos', 'turned.jpg'), await sharp(upright).rotate(-90).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).withMetadata({ orientation: 6 }).toBuffer());
    const glass = sharp(await readFile(file('photos', 'one.png'))).ensureAlpha(0.6);
    await writeFile(file('photos', 'glass.png'), await glass.clone().png().toBuffer());
    await writeFile(file('photos', 'white.png'), await sharp(await glass.clone().png().toBuffer()).flatten({ background: 'white' }).png().toBuffer());
    await writeFile(file('photos', 'text.png'), 'not a picture');
    await writeFile(file('photos', 'huge.png'), await sharp({ create: { width: 10_000, height: 5_001, channels: 3, background: '#7d8a93' } }).png().toBuffer());
  }

  async function site(isolated = false): Promise<Site> {
    const opened = await openSite({ pkg: file('pkg'), models: file('models'), photos: file('photos') }, { isolated });
    sites.push(opened);
    return opened;
  }
  async function openPage({ url }: Site, on = browser): Promise<Page> {
    const page = await (await on.newContext()).newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(`${url}/`);
    return page;
  }
  /** The value of an expression with `create`, the package's, and the helpers above. */
  const run = <T>(page: Page, body: string): Promise<T> => (
    page.evaluate<T>(`(async () => { const { createEmbedder, storedModels, removeStoredModel } = await import('/pkg/index.js'); ${inPage} ${body} })()`)
  );

  /** The faces as they are found and embedded in Node. */
  async function inNode(name: string): Promise<Face[]> {
    const model = await openFaceBundle(bundle, { threads: 1 });
    const detector = new FaceDetector();
    try {
      const faces = await detector.detect(await decodePhoto(await readFile(file('photos', name))));
      return await Promise.all(faces.map(async ({ box, landmarks, score, crop }) => (
        { box, landmarks, score, embedding: [...await model.runner.run(cropToInput(crop, model), 1)] })));
    } finally {
      await detector.dispose();
      await model.dispose();
    }
  }
  function expectSame(actual: readonly Face[], expected: readonly Face[]): void {
    expect(actual).toHaveLength(expected.length);
    actual.forEach((face, i) => {
      const other = expected[i]!;
      for (const side of ['x', 'y', 'width', 'height'] as const) expect(Math.abs(face.box[side] - other.box[side])).toBeLessThan(0.01);
      face.landmarks.forEach((point, j) => { expect(Math.hypot(point.x - other.landmarks[j]!.x, point.y - other.landmarks[j]!.y)).toBeLessThan(0.01); });
      expect(face.score).toBeCloseTo(other.score, 4);
      expect(Math.max(...face.embedding.map((value, j) => Math.abs(value - other.embedding[j]!)))).toBeLessThan(1e-4);
    });
  }

  // Expected: the same photos by libs/photo and libs/model, on onnxruntime-node.
  test.each([
    ['WASM with one thread', { isolated: false, gpu: false }, {}, { device: 'wasm', threads: 1 }],
    ['WASM with threads', { isolated: true, gpu: false }, { device: 'wasm', threads: 2 }, { device: 'wasm', threads: 2 }],
    ['WebGPU', { isolated: false, gpu: true }, { device: 'webgpu' }, { device: 'webgpu', threads: 1 }],
  ] as const)('finds and embeds as Node does: %s', async (_what, { isolated, gpu }, options, runtime) => {
    const page = await openPage(await site(isolated), gpu ? gpuBrowser : browser);
    const { faces, ...seen } = await run<{ faces: Record<string, Face[]>; runtime: unknown }>(page, `
      const embedder = await createEmbedder({ model: '/models/tiny', ...${JSON.stringify(options)} });
      const faces = {};
      for (const name of ['one.png', 'two.png', 'wall.png']) faces[name] = plain(await embedder.embed(await photo(name)));
      await embedder.dispose();
      return { faces, runtime: embedder.runtime };
    `);
    expect(seen.runtime).toMatchObject({ ...runtime, isolated });
    for (const name of Object.keys(photos)) expectSame(faces[name]!, await inNode(name));
    expect(Object.values(faces).map(({ length }) => length)).toEqual([1, 2, 0]);
  }, openingMs);

  test.each(reducedPrecisions)('computes a model stored as %s as its bundle says, on both devices', async (precision) => {
    const page = await openPage(await site(), gpuBrowser);
    const runtimes = await run<Runtime[]>(page, `
      const runtimes = [];
      for (const device of ['wasm', 'webgpu']) {
        const embedder = await createEmbedder({ model: '/models/${precision}', device });
        runtimes.push(embedder.runtime);
        await embedder.dispose();
      }
      return runtimes;
    `);
    expect(runtimes.map(({ device }) => device)).toEqual(['wasm', 'webgpu']);
    // Expected: the bundle's golden vectors, which are those of the float64 reference.
    for (const { probes: [probe] } of runtimes) expect(probe!.difference).toBeLessThan(1e-4);
  }, openingMs);

  test('takes what a page may have: turned files, transparent ones, canvases, images, frames of a video, pixels', async () => {
    const page = await openPage(await site());
    const found = await run<Record<string, Face[]>>(page, `
      const embedder = await createEmbedder({ model: '/models/tiny' });
      const found = {};
      for (const name of ['upright.png', 'turned.jpg', 'white.png', 'glass.png', 'one.png']) found[name] = plain(await embedder.embed(await photo(name)));
      const image = new Image();
      image.src = '/photos/one.png';
      found.image = plain(await embedder.embed(image));
      const bitmap = await createImageBitmap(image);
      found.bitmap = plain(await embedder.embed(bitmap));
      found.again = plain(await embedder.embed(bitmap));
      const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 });
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      found.canvas = plain(await embedder.embed(canvas));
      found.pixels = plain(await embedder.embed(context.getImageData(0, 0, 640, 480)));
      const video = Object.assign(document.createElement('video'), { srcObject: canvas.captureStream(10), muted: true });
      const drawing = setInterval(() => context.drawImage(image, 0, 0), 50);
      await video.play();
      await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
      found.video = plain(await embedder.embed(video));
      clearInterval(drawing);
      await embedder.dispose();
      return found;
    `);
    for (const name of ['image', 'bitmap', 'again', 'canvas', 'pixels']) expectSame(found[name]!, found['one.png']!);
    // As sharp lays it over white; a frame of a video has lost some colour on its way.
    expectNear(found['glass.png']!, found['white.png']!, 1);
    expectNear(found['turned.jpg']!, found['upright.png']!, 2);
    expectNear(found['video']!, found['one.png']!, 3);
  }, openingMs);

  function expectNear(actual: readonly Face[], expected: readonly Face[], pixels: number): void {
    expect([actual.length, expected.length]).toEqual([1, 1]);
    actual[0]!.landmarks.forEach((point, i) => {
      const other = expected[0]!.landmarks[i]!;
      expect(Math.hypot(point.x - other.x, point.y - other.y)).toBeLessThan(pixels);
    });
  }

  test('verifies: the same face, a face and a wall, a rate without threshold', async () => {
    const page = await openPage(await site());
    const seen = await run<Record<string, unknown>>(page, `
      const embedder = await createEmbedder({ model: '/models/tiny' });
      const [one, two, wall] = [await photo('one.png'), await photo('two.png'), await photo('wall.png')];
      const shown = ({ verdict, distance, threshold, faces }) => ({ verdict, distance, threshold, faces: plain(faces) });
      const bare = await createEmbedder({ model: '/models/other' });
      return {
        same: shown(await embedder.verify(one, one)), other: shown(await embedder.verify(one, two, { far: 0.01 })),
        first: await failure(() => embedder.verify(wall, one)), second: await failure(() => embedder.verify(one, wall)),
        rate: await failure(() => embedder.verify(one, two, { far: 0.005 })), none: await failure(() => bare.verify(one, one)),
        far: await failure(() => embedder.verify(one, two, { far: 0 })),
      };
    `);
    const [one] = await inNode('one.png');
    const [two] = await inNode('two.png');
    const distance = one!.embedding.reduce((sum, value, i) => sum + (value - two!.embedding[i]!) ** 2, 0);
    expect(seen['same']).toMatchObject({ verdict: 'match', distance: 0, threshold: { far: 0.001, threshold: 0.5 } });
    // tinyBundle's thresholds: 0.8 at 0.01 and 1.2 at ten times that.
    const verdict = distance < 0.8 ? 'match' : distance < 1.2 ? 'ambiguous' : 'unknown';
    expect(seen['other']).toMatchObject({ verdict, distance: expect.closeTo(distance, 3) as number, threshold: { far: 0.01, threshold: 0.8 } });
    expect(seen['first']).toMatchObject({ name: 'NoFaceError', code: 'no_face', picture: 0 });
    expect(seen['second']).toMatchObject({ name: 'NoFaceError', code: 'no_face', picture: 1 });
    expect(seen['rate']).toMatchObject({ name: 'ModelError', code: 'no_threshold', message: expect.stringMatching(/0\.05|0\.005/) as string });
    expect(seen['none']).toMatchObject({ code: 'no_threshold', message: expect.stringMatching(/none was measured/) as string });
    expect(seen['far']).toMatchObject({ code: 'bad_request' });
  }, openingMs);

  test('embeds the crops that were found before, and ready crops of a model that is for those alone', async () => {
    const page = await openPage(await site());
    const seen = await run<{ found: Face[]; embedded: number[][]; refused: unknown; crop: Face[]; whole: number[] }>(page, `
      const embedder = await createEmbedder({ model: '/models/tiny' });
      const found = await embedder.embed(await photo('two.png'));
      const embedded = (await embedder.embedCrops((await embedder.find(await photo('two.png'))).map(({ crop }) => crop))).map((vector) => [...vector]);
      const crops = await createEmbedder({ model: '/models/crops' });
      const refused = await failure(async () => crops.embed(await photo('one.png')));
      const [crop] = await crops.embed(await photo('one.png'), { crop: true });
      return { found: plain(found), embedded, refused, crop: plain([crop]), whole: [crop.crop.width, crop.crop.height] };
    `);
    expect(seen.embedded).toEqual(seen.found.map(({ embedding }) => embedding));
    expect(seen.refused).toMatchObject({ name: 'ModelError', code: 'model_not_for_photos', message: expect.stringMatching(/^crops was made for faces aligned by two-eyes-160-1/) as string });
    expect(seen.crop).toMatchObject([{ box: null, landmarks: null, score: 1 }]);
    expect(seen.whole).toEqual([640, 480]);
    const model = await openFaceBundle(bundle, { threads: 1 });
    const expected = await model.runner.run(cropToInput(await decodePhoto(await readFile(file('photos', 'one.png'))), model), 1);
    await model.dispose();
    seen.crop[0]!.embedding.forEach((value, i) => { expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4); });
  }, openingMs);

  test('says what is wrong with a picture, a number, an address', async () => {
    const page = await openPage(await site());
    const seen = await run<unknown[]>(page, `
      const embedder = await createEmbedder({ model: '/models/tiny' });
      return [
        await failure(async () => embedder.find(await photo('text.png'))),
        await failure(async () => embedder.find(await photo('huge.png'))),
        await failure(() => embedder.find('one.png')),
        await failure(() => embedder.find(document.createElement('video'))),
        await failure(async () => embedder.find(await photo('one.png'), { minScore: 2 })),
        (await embedder.find(await photo('one.png'), { minScore: 1 })).length,
        await failure(() => createEmbedder({ model: 'http://' })),
      ];
    `);
    expect(seen).toEqual([
      expect.objectContaining({ name: 'PictureError', code: 'not_a_picture' }),
      expect.objectContaining({ name: 'PictureError', code: 'too_many_pixels', message: 'the picture has 10000×5001 pixels; at most 50,000,000 are taken' }),
      expect.objectContaining({ code: 'not_a_picture', message: 'expected a file, a picture, a canvas or a video, got one.png' }),
      expect.objectContaining({ code: 'not_a_picture', message: expect.stringMatching(/shows no frame yet/) as string }),
      expect.objectContaining({ code: 'bad_request' }),
      0,
      expect.objectContaining({ code: 'bad_request', message: 'model: expected the address of a bundle\'s folder, got "http://"' }),
    ]);
  }, openingMs);

  test('works without a network after the first visit, and forgets what it is told to', async () => {
    const { weather, asked, ...opened } = await site();
    const page = await openPage({ weather, asked, ...opened });
    const visit = `
      const steps = [];
      const embedder = await createEmbedder({ model: '/models/tiny', onProgress: (step) => steps.push(step) });
      const faces = plain(await embedder.embed(await photo('one.png')));
      await embedder.dispose();
      return { faces, stages: [...new Set(steps.map(({ stage }) => stage))], last: steps.filter(({ what }) => what === 'model').at(-1) };
    `;
    const first = await run<{ faces: Face[]; stages: string[]; last: unknown }>(page, visit);
    expect(first.stages).toEqual(['download', 'starting', 'ready']);
    const { bytes } = bundle.manifest.onnx;
    expect(first.last).toEqual({ stage: 'download', what: 'model', loadedBytes: bytes, totalBytes: bytes, fromCache: false });
    weather.isDown = true;
    await page.reload();
    asked.length = 0;
    const second = await run<typeof first>(page, visit);
    expect(second.faces).toEqual(first.faces);
    expect(second.last).toMatchObject({ loadedBytes: bytes, fromCache: true });
    expect(asked).toEqual(['/models/tiny/model.json']);

    const { onnx: { sha256 }, modelId } = bundle.manifest;
    const [before, after] = await run<unknown[]>(page, `const before = await storedModels(); await removeStoredModel(before[0].digest); return [before, await storedModels()];`);
    expect(before).toEqual([{ digest: sha256, bytes, name: 'tiny', modelId, address: `${opened.url}/models/tiny/`, storedAt: expect.any(String) as string }]);
    expect(after).toEqual([]);
    expect(await run(page, `return failure(() => createEmbedder({ model: '/models/tiny' }));`)).toMatchObject({ name: 'ModelError', code: 'model_not_reachable' });
  }, openingMs);

  test('two that are created at once download the model once', async () => {
    const opened = await site();
    const page = await openPage(opened);
    await run(page, `await Promise.all([1, 2].map(async () => (await createEmbedder({ model: '/models/tiny' })).dispose()));`);
    expect(opened.asked.filter((each) => each.endsWith('model.onnx'))).toHaveLength(1);
  }, openingMs);

  test('a download that breaks off goes on in the next visit', async () => {
    const { weather, asked, ...opened } = await site();
    const page = await openPage({ weather, asked, ...opened });
    weather.breaksAfter = 700_000;
    const first = await run(page, `return failure(() => createEmbedder({ model: '/models/other' }));`);
    expect(first).toMatchObject({ code: 'model_not_reachable', message: expect.stringMatching(/broke off at 700000 of/) as string });
    weather.isDown = false;
    weather.breaksAfter = Infinity;
    await page.reload();
    asked.length = 0;
    expect(await run(page, `const embedder = await createEmbedder({ model: '/models/other' }); return embedder.manifest.name;`)).toBe('other');
    // 512 KiB of the 700,000 bytes were a whole range.
    expect(asked).toEqual(['/models/other/model.json', `/models/other/model.onnx bytes=${512 * 1024}-`]);
  }, openingMs);

  test('refuses a model that is not what its manifest says, or is not there', async () => {
    const page = await openPage(await site());
    const seen = await run<unknown[]>(page, `return [await failure(() => createEmbedder({ model: '/models/tampered' })), await failure(() => createEmbedder({ model: '/models/nothing' })), (await storedModels()).length];`);
    expect(seen).toEqual([
      expect.objectContaining({ name: 'ModelError', code: 'model_broken', message: expect.stringMatching(/model\.onnx: the file has the SHA-256 [0-9a-f]{64}; model\.json says/) as string }),
      expect.objectContaining({ name: 'ModelError', code: 'model_not_reachable', message: expect.stringMatching(/\/models\/nothing\/model\.json: the server answers 404/) as string }),
      0,
    ]);
  }, openingMs);

  test('never takes another device than the one that was asked for', async () => {
    const page = await openPage(await site());
    const seen = await run<unknown[]>(page, `return [await failure(() => createEmbedder({ model: '/models/tiny', device: 'webgpu' })), await failure(() => createEmbedder({ model: '/models/tiny', threads: 2 }))];`);
    expect(seen).toEqual([
      expect.objectContaining({ name: 'DeviceError', code: 'device_not_there', message: expect.stringMatching(/^WebGPU: /) as string }),
      expect.objectContaining({ name: 'DeviceError', code: 'device_not_there', message: expect.stringMatching(/isolated/) as string }),
    ]);
  }, openingMs);

  test('tries what there is, keeps the fastest, and goes there at once in the next visit', async () => {
    const page = await openPage(await site(true), gpuBrowser);
    const visit = `
      const starts = [];
      const embedder = await createEmbedder({ model: '/models/tiny', onProgress: ({ stage, device }) => { if (stage === 'starting') starts.push(device); } });
      await embedder.dispose();
      return { runtime: embedder.runtime, starts };
    `;
    const { runtime, starts } = await run<{ runtime: Runtime; starts: string[] }>(page, visit);
    // Two cores or more: with threads and with one. The adapter is a program, so nothing of WebGPU is even loaded.
    expect(runtime.probes.map(({ device, threads }) => [device, threads > 1])).toEqual([['wasm', true], ['wasm', false], ['webgpu', true]]);
    expect(starts).toEqual(['wasm', 'wasm']);
    const [some, one, gpu] = runtime.probes;
    expect(gpu).toMatchObject({ milliseconds: null, difference: null, refused: 'its adapter is a program, not a graphics card' });
    for (const { difference } of [some!, one!]) expect(difference).toBeLessThan(1e-4);
    const fastest = some!.milliseconds! <= one!.milliseconds! ? some! : one!;
    expect(fastest.refused).toBeNull();
    expect(runtime).toMatchObject({ device: 'wasm', threads: fastest.threads, isolated: true });
    const again = await run<{ runtime: Runtime; starts: string[] }>(page, visit);
    expect(again.starts).toEqual(['wasm']);
    expect(again.runtime).toMatchObject({ device: 'wasm', threads: fastest.threads });
  }, openingMs);

  test('ends with its workers; what waits is rejected, and so is what comes after', async () => {
    const page = await openPage(await site(true));
    const seen = await run<unknown[]>(page, `
      globalThis.embedder = await createEmbedder({ model: '/models/tiny', threads: 2 });
      const waiting = failure(async () => embedder.embed(await photo('one.png')));
      await new Promise((resolve) => setTimeout(resolve, 20));
      await embedder.dispose();
      await embedder.dispose();
      return [await waiting, await failure(async () => embedder.embed(await photo('one.png')))];
    `);
    for (const each of seen) expect(each).toMatchObject({ name: 'EndedError', code: 'disposed' });
    await expectNoWorker(page);
  }, openingMs);

  /** Browsers end them a little later than they are told to. */
  async function expectNoWorker(page: Page): Promise<void> {
    for (let waited = 0; page.workers().length > 0 && waited < 100; waited++) await page.waitForTimeout(100);
    expect(page.workers()).toEqual([]);
  }

  test('stops while it is created, and leaves no worker', async () => {
    const page = await openPage(await site());
    const seen = await run(page, `
      const controller = new AbortController();
      const onProgress = ({ stage }) => { if (stage === 'starting') controller.abort(new RangeError('enough')); };
      return failure(() => createEmbedder({ model: '/models/tiny', signal: controller.signal, onProgress }));
    `);
    expect(seen).toMatchObject({ name: 'RangeError', message: 'enough' });
    await expectNoWorker(page);
  }, openingMs);

  test('stops what is aborted, with the reason that was given, and goes on with the rest', async () => {
    const page = await openPage(await site());
    const seen = await run<unknown[]>(page, `
      const embedder = await createEmbedder({ model: '/models/tiny' });
      const one = await photo('one.png');
      const controller = new AbortController();
      const aborted = failure(() => embedder.embed(one, { signal: controller.signal }));
      const other = embedder.embed(one);
      await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort(new RangeError('enough'));
      return [await aborted, await failure(() => embedder.verify(one, one, { signal: controller.signal })), (await other).length];
    `);
    expect(seen).toEqual([expect.objectContaining({ name: 'RangeError', message: 'enough' }), expect.objectContaining({ name: 'RangeError' }), 1]);
  }, openingMs);

  test('a worker that fails is reported, and named by the next call', async () => {
    const page = await openPage(await site());
    const seen = await run<unknown[]>(page, `
      const all = [];
      globalThis.Worker = class extends Worker { constructor(...options) { super(...options); all.push(this); } };
      const embedder = await createEmbedder({ model: '/models/tiny' });
      const waiting = failure(async () => embedder.embed(await photo('one.png')));
      await new Promise((resolve) => setTimeout(resolve, 5));
      // Nothing that the worker knows what to do with.
      all[0].postMessage(null);
      return [await waiting, await failure(async () => embedder.embed(await photo('one.png')))];
    `);
    for (const each of seen) expect(each).toMatchObject({ name: 'EndedError', code: 'worker_ended', message: expect.stringMatching(/worker ended .*create a new embedder/) as string });
  }, openingMs);

  test('the example verifies two photos', async () => {
    const opened = await openSite({ example: path.join(import.meta.dirname, '..', 'example'), dist: file('pkg'), model: file('models', 'tiny') }, { isolated: true });
    sites.push(opened);
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${opened.url}/example/index.html`);
    await page.locator('#verdict', { hasText: 'ready' }).waitFor({ timeout: 120_000 });
    for (const id of ['#a', '#b']) await page.locator(id).setInputFiles(file('photos', 'one.png'));
    await page.locator('#verdict', { hasText: 'match: distance 0.000, threshold 0.500' }).waitFor({ timeout: 120_000 });
  }, openingMs);
});
