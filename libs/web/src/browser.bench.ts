// How long it takes in Chromium until a model is there, and how long a photo and a crop take then, beside Node on one thread:
//   npx tsx libs/web/src/browser.bench.ts [network …]
// WebGPU is on an adapter that computes on the processor: it says that it works, not how fast it is.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { resolveSpec } from '@facenet/architecture';
import { cropToInput, openFaceBundle } from '@facenet/model';
import { decodePhoto, FaceDetector } from '@facenet/photo';
import { drawFaces } from '@facenet/photo/testing';
import type { Browser } from 'playwright-core';
import type { Runtime } from './embedder.ts';
import { buildPackage } from './testing/build.fixture.ts';
import { findChromium, openChromium } from './testing/chromium.fixture.ts';
import { openSite } from './testing/site.fixture.ts';
import { untrainedBundle, writeTinyBundle } from './testing/tiny-bundle.fixture.ts';

interface Seen {
  readonly runtime: Runtime;
  readonly photoMs: number;
  readonly cropMs: number;
}

const chromium = findChromium();
if ('reason' in chromium) throw new Error(chromium.reason);
const names = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['nns2'];
const folder = await mkdtemp(path.join(tmpdir(), 'facenet-web-bench-'));
const file = (...parts: string[]): string => path.join(folder, ...parts);
const runs = 9;

const measureInPage = (model: string, options: object): string => `(async () => {
  const { createEmbedder } = await import('/pkg/index.js');
  const photo = await (await fetch('/photos/photo.png')).blob();
  const embedder = await createEmbedder({ model: '/models/${model}', ...${JSON.stringify(options)} });
  const [{ crop }] = await embedder.embed(photo);
  const median = async (run) => {
    const times = [];
    for (let i = 0; i < ${runs}; i++) { const begun = performance.now(); await run(); times.push(performance.now() - begun); }
    return times.sort((a, b) => a - b)[${runs >> 1}];
  };
  const photoMs = await median(() => embedder.find(photo));
  const cropMs = await median(() => embedder.embedCrops([crop]));
  await embedder.dispose();
  return { runtime: embedder.runtime, photoMs, cropMs };
})()`;

async function inBrowser(browser: Browser, url: string, model: string, options: object): Promise<readonly [first: Seen, second: Seen]> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(300_000);
  await page.goto(`${url}/`);
  const first = await page.evaluate<Seen>(measureInPage(model, options));
  await page.reload();
  const second = await page.evaluate<Seen>(measureInPage(model, options));
  await context.close();
  return [first, second];
}

const shown = (...cells: readonly (string | number)[]): void => { console.log(cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(1) : cell).padStart(13)).join(' ')); };

try {
  const photo = await drawFaces(640, 480, [{ x: 320, y: 250, scale: 1.4 }]);
  await mkdir(file('photos'));
  await writeFile(file('photos', 'photo.png'), photo);
  await buildPackage(file('pkg'));
  const site = await openSite({ pkg: file('pkg'), models: file('models'), photos: file('photos') }, { isolated: true });
  await mkdir(file('models'));
  const browser = await openChromium(chromium.path, { webgpu: true });
  shown('network', 'device', 'first ms', 'again ms', 'photo ms', 'crop ms', 'difference');
  for (const name of names) {
    const bundle = await untrainedBundle(resolveSpec({ extends: name }, name), { name });
    writeTinyBundle(file('models', name), bundle);
    for (const options of [{ device: 'wasm', threads: 1 }, { device: 'wasm', threads: 2 }, { device: 'webgpu', threads: 2 }, { device: 'auto' }] as const) {
      const [first, { runtime, photoMs, cropMs }] = await inBrowser(browser, site.url, name, options);
      const { device, threads, probes } = runtime;
      const difference = probes.find(({ refused }) => refused === null)!.difference!;
      shown(name, `${options.device === 'auto' ? 'auto: ' : ''}${device} ${threads}`, first.runtime.readyMs, runtime.readyMs, photoMs, cropMs, difference.toExponential(1));
    }
    const model = await openFaceBundle(bundle, { threads: 1 });
    const detector = new FaceDetector();
    const median = async (run: () => Promise<unknown>): Promise<number> => {
      const times: number[] = [];
      for (let i = 0; i < runs; i++) { const begun = performance.now(); await run(); times.push(performance.now() - begun); }
      return times.sort((a, b) => a - b)[runs >> 1]!;
    };
    const [face] = await detector.detect(await decodePhoto(photo));
    shown(name, 'Node 1', '', '', await median(async () => detector.detect(await decodePhoto(photo))), await median(() => model.runner.run(cropToInput(face!.crop, model), 1)), '');
    await detector.dispose();
    await model.dispose();
  }
  await browser.close();
  await site.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}
