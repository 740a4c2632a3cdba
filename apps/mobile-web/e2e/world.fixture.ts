import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { writeBundleFolder } from '@facenet/model';
import { drawFaces, drawnLooks, type DrawnFace } from '@facenet/photo/testing';
import { inSpaceOf, untrainedBundle } from './bundles.fixture.ts';
import { buildPage } from './built-page.fixture.ts';
import { openChromium } from './chromium.fixture.ts';
import { type ServerProcess, startServer } from './server-process.fixture.ts';
import { writeFilm } from './still-film.fixture.ts';

export type Who = keyof typeof drawnLooks;

export const people: readonly Who[] = ['ada', 'ben', 'cleo', 'dora'];
const size = { width: 640, height: 480 };
/** Three pictures of each are enough to see that two of one person are near each other. */
const places: readonly Omit<DrawnFace, 'look'>[] = [{ x: 320, y: 240, scale: 1.5 }, { x: 220, y: 230, scale: 1.2 }, { x: 420, y: 250, scale: 1.35 }];

export interface World {
  /** The absolute path of a file of the world. */
  readonly file: (name: string) => string;
  /** `ada-1.png` to `dora-3.png`, `two.png` (Ben left, Ada right), `wall.png`, `text.png`; `heavy`, `tiny`, `stranger` are bundles, `page` the built page. */
  readonly server: ServerProcess;
  readonly browser: Browser;
  readonly problems: Problems;
  /** A page in a profile of its own. */
  open(options?: { readonly colorScheme?: 'light' | 'dark'; readonly server?: ServerProcess; readonly viewport?: { width: number; height: number } }): Promise<{ readonly context: BrowserContext; readonly page: Page }>;
  startServer(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<ServerProcess>;
  dispose(): Promise<void>;
}

/** What must never happen, gathered from every page. */
export interface Problems {
  readonly errors: string[];
  readonly elsewhere: string[];
}

/** Drawn people, two bundles of one space, the built page, a server that serves it, and a browser whose camera sees `film`. A `model` takes the place of both bundles. */
export async function openWorld(chromium: string, film: Who, model?: string): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'facenet-phone-'));
  const file = (name: string): string => path.join(folder, name);
  const heavy = await untrainedBundle({ name: 'heavy', scale: 0.83 });
  writeBundleFolder(file('heavy'), heavy);
  writeBundleFolder(file('tiny'), inSpaceOf(await untrainedBundle({ name: 'tiny' }), heavy));
  writeBundleFolder(file('stranger'), await untrainedBundle({ name: 'stranger', seed: 3 }));
  await drawAll(file);
  await writeFilm(file('camera.y4m'), [await readFile(file(`${film}-1.png`))]);
  await buildPage(model ?? file('tiny'), file('page'));
  const problems: Problems = { errors: [], elsewhere: [] };
  const servers: ServerProcess[] = [];
  const start = async (args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<ServerProcess> => {
    const started = await startServer(args, environment);
    servers.push(started);
    return started;
  };
  const server = await start(['--model', model ?? file('heavy'), '--data', file('data'), '--phone-page', file('page')]);
  const browser = await openChromium(chromium, { film: file('camera.y4m') });
  return {
    file, server, browser, problems, startServer: start,
    open: async ({ colorScheme = 'light', server: from = server, viewport = { width: 390, height: 844 } } = {}) => {
      const context = await browser.newContext({ viewport, colorScheme, permissions: ['camera'], acceptDownloads: true, reducedMotion: 'reduce', deviceScaleFactor: 2, hasTouch: true, isMobile: true });
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      watch(page, from, problems);
      await page.goto(`${from.url}/phone/`);
      return { context, page };
    },
    dispose: async () => {
      await browser.close();
      await Promise.all(servers.map((each) => each.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function drawAll(file: (name: string) => string): Promise<void> {
  const draw = async (name: string, faces: readonly DrawnFace[]): Promise<void> => { await writeFile(file(name), await drawFaces(size.width, size.height, faces)); };
  for (const who of people) for (const [i, place] of places.entries()) await draw(`${who}-${i + 1}.png`, [{ ...place, look: drawnLooks[who] }]);
  await draw('two.png', [{ x: 170, y: 240, scale: 1.3, look: drawnLooks.ben }, { x: 470, y: 230, scale: 1.5, look: drawnLooks.ada }]);
  await draw('wall.png', []);
  await writeFile(file('text.png'), 'not a picture');
}

function watch(page: Page, server: ServerProcess, { errors, elsewhere }: Problems): void {
  page.on('console', (message) => {
    // Chromium writes a line for each refusal of the API and each file out of reach, which the page shows in words.
    const isTold = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isTold) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => { if (!/^(?:blob|data):/.test(request.url()) && new URL(request.url()).origin !== server.url) elsewhere.push(request.url()); });
}

/** Serious accessibility flaws of what is shown now. */
export async function seriousFlaws(page: Page): Promise<unknown[]> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  return await page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => [html.slice(0, 200), failureSummary]) })))`);
}

/** The engine is there. */
export async function ready(page: Page): Promise<void> {
  await page.locator('.engine').waitFor({ state: 'hidden' });
}

/** Goes to a view by the bar, and ends when its heading has the focus. */
export async function view(page: Page, title: string, heading = title): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: title, exact: true }).click();
  await page.getByRole('heading', { name: heading, exact: true, level: 2 }).waitFor();
}

export async function enrol(page: Page, world: Pick<World, 'file'>, name: string, files: readonly string[]): Promise<void> {
  await view(page, 'People');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Choose photos of one person').setInputFiles(files.map(world.file));
  await page.locator('.shot').nth(files.length - 1).waitFor();
  await page.getByRole('button', { name: new RegExp(`^Add (?:to )?${name} with`) }).click();
  await page.getByText(`${name} is here with`).first().waitFor();
}
