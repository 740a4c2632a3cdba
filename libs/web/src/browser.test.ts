import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bundle } from '@facenet/export';
import { cropToInput, openFaceBundle } from '@facenet/model';
import { decodePhoto, FaceDetector } from '@facenet/photo';
import { drawFaces } from '@facenet/photo/testing';
import type { Browser, Page } from 'playwright-core';
import { buildPackage } from './testing/build.fixture.ts';
import { findChromium, openChromium } from './testing/chromium.fixture.ts';
import { openSite, type Site } from './testing/site.fixture.ts';
import { tinyBundle, writeTinyBundle } from './testing/tiny-bundle.fixture.ts';

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
  const photo = async (name) => await (await fetch('/photos/' + name)).blob();
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
    await mkdir(file('photos'));
    for (const [name, faces] of Object.entries(photos)) await writeFile(file('photos', name), await drawFaces(640, 480, faces));
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
});
