// The page and its embedder in a real browser: `npx nx run mobile-web:bench`, with `--out FILE` for the JSON, `--markdown FILE` for the table.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { PhotoFaceFinder } from '@facenet/photo';
import { drawFaces, drawnLooks } from '@facenet/photo/testing';
import { findModel } from '../build/find-model.ts';
import { buildPage } from '../e2e/built-page.fixture.ts';
import { findChromium, openChromium } from '../e2e/chromium.fixture.ts';
import { writeFilm } from '../e2e/still-film.fixture.ts';
import { enrol, ready, view } from '../e2e/world.fixture.ts';
import { sizesOf } from './first-visit.fixture.ts';
import { markdownOf, type Report } from './report.fixture.ts';
import { serveFolder } from './static-server.fixture.ts';

const { values } = parseArgs({ options: { model: { type: 'string' }, runs: { type: 'string', default: '100' }, out: { type: 'string' }, markdown: { type: 'string' } } });
const found = findChromium();
if ('reason' in found) throw new Error(found.reason);
const model = findModel({ FACENET_PHONE_MODEL: values.model });
const folder = await mkdtemp(path.join(tmpdir(), 'facenet-phone-bench-'));
const file = (name: string): string => path.join(folder, name);
const runs = Number(values.runs);
const people = Object.values(drawnLooks);

await promisify(execFile)(process.execPath, [fileURLToPath(new URL('build-bench.mjs', import.meta.url)), model, file('bench')], { env: { ...process.env, NODE_ENV: 'production' } });
await buildPage(model, file('page'));
const photos = await Promise.all(people.map((look) => drawFaces(640, 480, [{ x: 320, y: 240, scale: 1.5, look }])));
for (const [i, photo] of photos.entries()) await writeFile(file(`person-${i}.png`), photo);
await writeFile(file('bench/photo.png'), photos[0]!);
await writeFilm(file('camera.y4m'), [photos[0]!]);
const [bench, page] = await Promise.all([serveFolder(file('bench')), serveFolder(file('page'))]);
try {
  const browser = await openChromium(found.path, { film: file('camera.y4m') });
  const graphics = await openChromium(found.path, { more: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'] });
  const loads = [loadavg()[0]!];
  const visit = await measureVisit(browser);
  const embedders = await measureEmbedders(browser, graphics);
  loads.push(loadavg()[0]!);
  const report: Report = {
    machine: { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version, browser: browser.version(), load: loads },
    model: await describeModel(), ...visit, ...embedders,
  };
  await Promise.all([browser.close(), graphics.close()]);
  if (values.out !== undefined) await writeFile(values.out, `${JSON.stringify(report, null, 2)}\n`);
  if (values.markdown !== undefined) await writeFile(values.markdown, markdownOf(report));
  console.log(markdownOf(report));
} finally {
  await Promise.all([bench.stop(), page.stop()]);
  await rm(folder, { recursive: true, force: true });
}

async function describeModel(): Promise<Report['model']> {
  const { name, onnx: { bytes, precision } } = JSON.parse(await readFile(path.join(model, 'model.json'), 'utf8')) as { name: string; onnx: { bytes: number; precision: string } };
  return { name, bytes, precision };
}

/** Opens the page as its users do the first time: what is fetched, how long it takes, how it runs with the camera on. */
async function measureVisit(browser: Browser): Promise<Pick<Report, 'downloads' | 'visit' | 'live'>> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, permissions: ['camera'] });
  const opened = await context.newPage();
  opened.setDefaultTimeout(120_000);
  const files = new Set<string>();
  context.on('request', (request) => { if (request.url().startsWith(page.url)) files.add(new URL(request.url()).pathname.replace(/^\/$/, '/index.html')); });
  const began = performance.now();
  await opened.goto(`${page.url}/`);
  await ready(opened);
  const readyMs = performance.now() - began;
  await opened.getByLabel('First picture: choose a photo').setInputFiles(file('person-0.png'));
  await opened.getByLabel('Second picture: choose a photo').setInputFiles(file('person-1.png'));
  await opened.locator('.verdict').waitFor();
  const firstResultMs = performance.now() - began;
  const again = performance.now();
  await opened.reload();
  await ready(opened);
  const secondVisitMs = performance.now() - again;
  for (const [i] of people.entries()) await enrol(opened, { file }, `Person ${i}`, [`person-${i}.png`]);
  const live = await measureLive(opened);
  await context.close();
  return { downloads: await sizesOf(file('page'), files), visit: { readyMs, firstResultMs, secondVisitMs }, live };
}

/** Ten seconds of the live view: frames that the page draws, frames that are looked at, and memory. */
async function measureLive(opened: Page): Promise<Report['live']> {
  await view(opened, 'Who?', 'Who is this?');
  await opened.getByRole('button', { name: 'Look with the camera' }).click();
  await opened.locator('.camera-hint:visible').filter({ hasText: 'Person 0.' }).waitFor();
  return await opened.evaluate(`(async () => {
    let drawn = 0, looks = 0, on = true;
    const draw = () => { drawn++; if (on) requestAnimationFrame(draw); };
    requestAnimationFrame(draw);
    const observer = new MutationObserver(() => { looks++; });
    for (const each of document.querySelectorAll('.stage svg')) observer.observe(each, { childList: true });
    const began = performance.now();
    await new Promise((resolve) => { setTimeout(resolve, 10000); });
    on = false;
    observer.disconnect();
    const seconds = (performance.now() - began) / 1000;
    const memory = await performance.measureUserAgentSpecificMemory().catch(() => null);
    return { drawnPerSecond: drawn / seconds, looksPerSecond: looks / seconds, heapBytes: performance.memory.usedJSHeapSize, memoryBytes: memory && memory.bytes };
  })()`);
}

/** Each device in a page of its own, ours and the peer by turns. */
async function measureEmbedders(browser: Browser, graphics: Browser): Promise<Pick<Report, 'ours' | 'peer'>> {
  const crops = await cropsOf(photos);
  const threads = Math.min(4, cpus().length);
  const ask = async <T>(on: Browser, work: string): Promise<T> => {
    const opened = await on.newPage();
    opened.setDefaultTimeout(300_000);
    await opened.goto(`${bench.url}/`);
    await opened.waitForFunction('window.measurePeer !== undefined');
    const answer = await opened.evaluate(`(${work})`);
    await opened.close();
    return answer as T;
  };
  const ours = (on: Browser, options: object): Promise<Report['ours'][number]['result']> => ask(on, `measureOurs(${JSON.stringify(options)}, ${JSON.stringify(crops)}, './photo.png', ${runs})`);
  const peer = (on: Browser, backend: string): Promise<Report['peer'][number]['result']> => ask(on, `measurePeer('${backend}', ${JSON.stringify(crops)}, ${runs})`);
  const one = await ours(browser, { device: 'wasm', threads: 1 });
  const wasm = await peer(browser, 'wasm');
  const several = await ours(browser, { device: 'wasm', threads });
  const usual = await peer(browser, 'webgl');
  const gpu = await ours(graphics, { device: 'webgpu' });
  return {
    ours: [{ name: 'WASM, one thread', result: one }, { name: `WASM, ${threads} threads`, result: several }, { name: 'WebGPU (software adapter)', result: gpu }],
    peer: [{ name: 'TensorFlow.js WASM, one thread', result: wasm }, { name: 'TensorFlow.js WebGL, its usual one (software adapter)', result: usual }],
  };
}

async function cropsOf(pictures: readonly Buffer[]): Promise<{ size: number; rgba: string }[]> {
  const finder = new PhotoFaceFinder();
  const crops: { size: number; rgba: string }[] = [];
  for (const photo of pictures) {
    const { crop: { width, height, channels, data } } = (await finder.find({ photo })).faces[0]!;
    const rgba = new Uint8Array(4 * width * height).fill(255);
    for (let i = 0; i < width * height; i++) rgba.set(data.subarray(channels * i, channels * i + 3), 4 * i);
    crops.push({ size: width, rgba: Buffer.from(rgba).toString('base64') });
  }
  await finder.dispose();
  return crops;
}
