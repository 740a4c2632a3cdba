import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { type Client, createClient } from '@facenet/contract';
import { decodePhoto } from '@facenet/photo';
import { drawFaces, landmarksOf } from '@facenet/photo/testing';
import { readOptions } from '../config/read-options.ts';
import { type RunningServer, serve } from '../serve.ts';
import { openingMs } from '../testing/app.fixture.ts';
import { findChromium, openChromium } from '../testing/chromium.fixture.ts';
import { writeStillFilm } from '../testing/still-film.fixture.ts';
import { tinyBundle, writeTinyBundle } from '../testing/tiny-bundle.fixture.ts';

const found = findChromium();
const withBrowser = 'path' in found ? describe : describe.skip;
const note = 'path' in found ? '' : ` (skipped: ${found.reason})`;

const size = { width: 640, height: 480 };
const left = { x: 170, y: 240, scale: 1.3 };
const right = { x: 470, y: 230, scale: 1.5 };

withBrowser(`the console in Chromium${note}`, () => {
  let folder: string;
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  let client: Client;
  const errors: string[] = [];
  const elsewhere: string[] = [];
  const file = (name: string): string => path.join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'facenet-console-'));
    writeTinyBundle(file('bundle'), await tinyBundle());
    await writeFile(file('one.png'), await drawFaces(size.width, size.height, [right]));
    await writeFile(file('other.png'), await drawFaces(size.width, size.height, [left]));
    await writeFile(file('third.png'), await drawFaces(size.width, size.height, [{ x: 320, y: 250, scale: 1.4 }]));
    await writeFile(file('two.png'), await drawFaces(size.width, size.height, [left, right]));
    await writeFile(file('wall.png'), await drawFaces(size.width, size.height, []));
    await writeFile(file('text.png'), 'not a picture');
    await writeStillFilm(file('camera.y4m'), await decodePhoto(await readFile(file('two.png'))));
    server = await serve(readOptions(['--model', file('bundle'), '--data', file('gallery'), '--port', '0', '--log-level', 'silent'], {}), { version: '0.0.0', say: () => undefined });
    client = createClient({ baseUrl: server.url });
    browser = await openChromium((found as { path: string }).path, file('camera.y4m'));
    page = await openPage(await browser.newContext({ permissions: ['camera'] }).then((context) => context.newPage()));
  }, openingMs);

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  }, openingMs);

  async function openPage(opened: Page, server_ = server): Promise<Page> {
    opened.setDefaultTimeout(120_000);
    opened.on('console', (message) => {
      // Chromium writes a line for each refusal of the API, which the page shows in words.
      const isRefusal = message.text().startsWith('Failed to load resource') && message.location().url.includes('/v1/');
      if (['error', 'warning'].includes(message.type()) && !isRefusal) errors.push(message.text());
    });
    opened.on('pageerror', (error) => errors.push(String(error)));
    opened.on('request', (request) => { if (!/^(?:blob|data):/.test(request.url()) && new URL(request.url()).origin !== server_.url) elsewhere.push(request.url()); });
    await opened.goto(`${server_.url}/`);
    return opened;
  }

  const view = async (name: string): Promise<void> => {
    await page.getByRole('link', { name, exact: true }).click();
    await page.getByRole('heading', { name, exact: true, level: 2 }).waitFor();
  };
  const button = (name: string | RegExp): Locator => page.getByRole('button', { name, exact: typeof name === 'string' });

  async function newCollection(name: string, keepsCrops: boolean): Promise<string> {
    await page.getByRole('button', { name: 'New collection…' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'New collection' });
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('Keep crops of the faces').setChecked(keepsCrops);
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.waitFor({ state: 'detached' });
    const { items } = await client.listCollections({});
    return items.find((each) => each.name === name)!.id;
  }
  async function enrol(name: string | undefined, ...photos: string[]): Promise<void> {
    await view('People');
    await page.getByLabel(name === undefined ? 'People without names yet' : 'One person', { exact: true }).check();
    if (name !== undefined) await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Drop photos here, or choose them').setInputFiles(photos.map(file));
    await button(/^Enrol \d/).click();
    // The button comes back when all were sent.
    await page.locator('.photo-row').last().getByText(/^(?:enrolled|not used)/).waitFor();
    await page.locator('form:visible .notices').getByText(/\.$/).waitFor();
  }
  const states = (): Promise<string[]> => page.locator('.photo-row .state').allInnerTexts();

  async function searchPhoto(name: string): Promise<void> {
    await view('Search');
    await page.getByLabel('Drop a photo here, or choose one').setInputFiles(file(name));
    await page.getByRole('region', { name: 'Result' }).getByRole('heading', { name, exact: true }).waitFor();
  }
  const answerOf = async (collectionId: string, name: string) => {
    const { results: [first] } = await client.bulkSearch({ params: { collection_id: collectionId }, body: { images: [new Uint8Array(await readFile(file(name)))], face: 'all' } });
    if (first === undefined || 'error' in first) throw new Error('the search was refused');
    return first.faces;
  };

  async function seriousFlaws(): Promise<unknown[]> {
    const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await page.evaluate(source);
    const violations = await page.evaluate<{ impact: string }[]>('axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html, failureSummary }) => html.slice(0, 200) + failureSummary) })))');
    return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  }
  async function expectAccessible(): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      // Without transitions, in the middle of which no colour is the page's own.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await seriousFlaws()).toEqual([]);
    }
  }

  let kept = '';
  test('begins with a collection, and enrols photos with a reason for each that it cannot use', async () => {
    await page.getByRole('heading', { name: 'No collection yet' }).waitFor();
    expect(page.url()).toBe(`${server.url}/console`);
    kept = await newCollection('friends', true);
    await enrol('Ada', 'one.png', 'two.png', 'wall.png', 'text.png');
    expect(await states()).toEqual([
      'enrolled: 1 face', expect.stringMatching(/^not used: The picture has 2 faces/), 'not used: No face was found in the picture.', 'not used: Not a picture of a known format.',
    ]);
    await page.getByText('1 face of 1 photo enrolled for Ada; 3 photos could not be used').first().waitFor();
    await page.getByRole('row', { name: /Ada/ }).getByRole('cell', { name: '1', exact: true }).waitFor();
    expect((await client.listPersons({ params: { collection_id: kept } })).items).toMatchObject([{ name: 'Ada', faces: 1 }]);
    await expectAccessible();
  }, openingMs);

  test('shows each face of a photo in a box, with name, distance, verdict and reason', async () => {
    await searchPhoto('two.png');
    const faces = await answerOf(kept, 'two.png');
    expect(faces.map(({ verdict }) => verdict)).toEqual(['match', 'match']);
    const cards = await page.locator('.verdict').allInnerTexts();
    expect(cards).toHaveLength(2);
    faces.forEach(({ distance, threshold }, i) => {
      expect(cards[i]).toContain('Ada');
      expect(cards[i]).toContain(`The distance of ${distance!.toFixed(3)} is below the threshold of ${threshold.toFixed(3)}`);
    });
    const boxes = await page.evaluate<number[][]>("[...document.querySelectorAll('.boxes .box')].map((box) => ['x', 'y', 'width', 'height'].map((name) => Number(box.getAttribute(name))))");
    for (const drawn of [left, right]) {
      const around = boxes.filter(([x, y, width, height]) => landmarksOf(drawn).every((point) => point.x > x! && point.x < x! + width! && point.y > y! && point.y < y! + height!));
      expect(around).toHaveLength(1);
    }
    expect(await page.locator('.photo img').getAttribute('alt')).toMatch(/^two\.png\. 2 faces: 1, Ada \(match\), at the right; 2, Ada \(match\), at the left\.$/);
    await page.getByText(/^2 faces: 1, Ada/).first().waitFor();
    await expectAccessible();
  }, openingMs);

  test('says why it is not sure, and that nobody is there', async () => {
    await enrol('Ben', 'other.png');
    await searchPhoto('one.png');
    expect(await answerOf(kept, 'one.png')).toMatchObject([{ verdict: 'ambiguous', reason: 'second_person_close' }]);
    expect(await page.locator('.verdict').innerText()).toMatch(/ambiguous 1\. Perhaps (?:Ada or Ben|Ben or Ada)/);
    await searchPhoto('wall.png');
    await page.locator('.summary').getByText('No face was found.').waitFor();
    await newCollection('nobody', false);
    await searchPhoto('one.png');
    expect(await page.locator('.verdict').innerText()).toMatch(/unknown 1\. Unknown\s+Nobody with a name is in this collection/);
    await page.getByLabel('Collection', { exact: true }).selectOption('friends');
  }, openingMs);

  test('searches what the camera sees, and turns it off', async () => {
    await view('Search');
    await button('Use the camera').click();
    await button('Search what it sees').click();
    await page.getByRole('heading', { name: 'What the camera saw' }).waitFor();
    expect(await page.locator('.boxes .box').count()).toBe(2);
    await view('People');
    expect(await page.evaluate("document.querySelector('video').srcObject")).toBeNull();
  }, openingMs);

  const groupSizes = async (): Promise<string[]> => page.locator('.group h4').allInnerTexts();
  const done = (text: string | RegExp): Promise<void> => page.getByRole('status').getByText(text).first().waitFor();

  test('groups faces without names; splits, undoes and names groups, and says why what was split cannot be merged; shows their crops', async () => {
    await newCollection('album', true);
    await enrol(undefined, 'one.png', 'other.png', 'third.png');
    await view('Groups');
    await button('Group faces without names').click();
    await done('The grouping is done.');
    await page.getByText('1 group, the largest first.').waitFor();
    expect(await groupSizes()).toEqual(['Group 1: 3 faces']);
    await page.locator('.face-grid img').nth(2).waitFor();
    await page.locator('.group').getByRole('checkbox', { name: 'one.png' }).check();
    await button('Split off the ticked faces: Group 1').click();
    await done('1 face is a group of their own now.');
    expect(await groupSizes()).toEqual(['Group 1: 2 faces', 'Group 2: 1 face']);
    await button('Undo the last change').click();
    await done('Taken back: a split.');
    expect(await groupSizes()).toEqual(['Group 1: 3 faces']);
    await page.locator('.group').getByRole('checkbox', { name: 'one.png' }).check();
    await button('Split off the ticked faces: Group 1').click();
    await done('1 face is a group of their own now.');
    for (const group of ['Group 1', 'Group 2']) await page.getByRole('checkbox', { name: `Choose for merging: ${group}` }).check();
    await button('Merge the 2 chosen groups').click();
    // What was split apart was said to be two people: taking that back is the way.
    await page.getByRole('alert').getByText('were said not to be one person').first().waitFor();
    await button('Undo the last change').click();
    await done('Taken back: a split.');
    expect(await groupSizes()).toEqual(['Group 1: 3 faces']);
    await expectAccessible();
    await page.getByLabel('Name of Group 1').fill('Cleo');
    await button('Name').click();
    await done('3 faces of the group belong to Cleo now.');
    expect(await groupSizes()).toEqual([]);
    await button('Undo the last change').click();
    await done('Taken back: a name.');
    expect(await groupSizes()).toEqual(['Group 1: 3 faces']);
  }, openingMs);

  test('merges groups, and undoes that', async () => {
    const halves = await newCollection('halves', false);
    const { models: [model] } = await client.models({});
    // Three faces about each of two directions at right angles: two groups by any threshold.
    const near = (axis: number, turn: number): number[] => Array.from({ length: model!.size }, (_, i) => (i === axis ? Math.cos(turn) : i === axis + 1 ? Math.sin(turn) : 0));
    const embeddings = [0, 8].flatMap((axis) => [0, 0.02, 0.04].map((turn) => ({ vector: near(axis, turn), space_id: model!.space_id, model_id: model!.model_id })));
    await client.enrol({ params: { collection_id: halves }, body: { embeddings } });
    await view('Groups');
    await button('Group faces without names').click();
    await done('The grouping is done.');
    expect(await groupSizes()).toEqual(['Group 1: 3 faces', 'Group 2: 3 faces']);
    for (const group of ['Group 1', 'Group 2']) await page.getByRole('checkbox', { name: `Choose for merging: ${group}` }).check();
    await button('Merge the 2 chosen groups').click();
    await done('2 groups are one now.');
    expect(await groupSizes()).toEqual(['Group 1: 6 faces']);
    await button('Group faces without names').click();
    await done('The grouping is done.');
    expect(await groupSizes()).toEqual(['Group 1: 6 faces']);
    await button('Undo the last change').click();
    await done('Taken back: a merge.');
    expect(await groupSizes()).toEqual(['Group 1: 3 faces', 'Group 2: 3 faces']);
  }, openingMs);

  test('asks whether two are the same person, and does what is answered; shows names of photos where no crop is kept', async () => {
    const album = await newCollection('pairs', false);
    // Another photo of Ada: two faces of one photo are never taken for one person.
    await enrol(undefined, 'other.png', 'third.png');
    await enrol('Ada', 'one.png');
    await view('Groups');
    await page.getByLabel('Near faces that begin a group').fill('2');
    await button('Group faces without names').click();
    await done('The grouping is done.');
    await page.locator('.group .no-crop').getByText('other.png').waitFor();
    await button('Look for pairs').click();
    await done('1 likely pair, the nearest first.');
    await expectAccessible();
    await button('Same person: pair 1').click();
    await page.getByText('There are no groups yet.').first().waitFor();
    expect((await client.listPersons({ params: { collection_id: album } })).items).toMatchObject([{ name: 'Ada', faces: 3 }]);
  }, openingMs);

  test('shows thresholds as a table and as a curve', async () => {
    await view('Thresholds');
    const row = page.getByRole('row', { name: /1 in 1,000 \(0\.001\)/ });
    // As the bundle was written.
    expect(await row.getByRole('cell').allInnerTexts()).toEqual(['0.500', '50 %', '1', '1,000', '10']);
    expect(await page.locator('.roc circle').count()).toBe(3);
    await expectAccessible();
  }, openingMs);

  test('needs no mouse', async () => {
    const focused = (): Promise<string> => page.evaluate("(document.activeElement.getAttribute('aria-label') ?? document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent).trim()");
    const tabTo = async (name: string): Promise<void> => {
      for (let steps = 0; steps < 80; steps++) {
        await page.keyboard.press('Tab');
        if (await focused() === name) return;
      }
      throw new Error(`no focus came to '${name}'`);
    };
    // Long before the key is pressed that opens it: the browser hears of it in its own time.
    const chooser = page.waitForEvent('filechooser');
    await page.goto(`${server.url}/console`);
    await page.getByLabel('Collection', { exact: true }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    await tabTo('New collection…');
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe('solid');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('Name');
    await page.keyboard.press('Escape');
    expect(await focused()).toBe('New collection…');
    await page.keyboard.press('Enter');
    await page.keyboard.type('by keys');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focused()).toBe('New collection…');
    await tabTo('Name');
    await page.keyboard.type('Dora');
    await tabTo('Drop photos here, or choose them');
    await page.keyboard.press('Space');
    await (await chooser).setFiles(file('one.png'));
    await tabTo('Enrol 1 photo');
    await page.keyboard.press('Enter');
    await page.getByText('1 face of 1 photo enrolled for Dora.').first().waitFor();
    await page.goto(`${server.url}/console`);
    await tabTo('Groups');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('Groups');
  }, openingMs);

  test('fits a narrow screen', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const name of ['People', 'Search', 'Groups', 'Thresholds']) {
      await view(name);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  }, openingMs);

  test('asks for a key where the server demands one, and keeps it for the tab alone', async () => {
    const key = 'an-admin-key-for-this-test-only-0123456789';
    const locked = await serve(readOptions(['--model', file('bundle'), '--data', file('locked'), '--port', '0', '--log-level', 'silent'], { FACENET_ADMIN_KEY: key }), { version: '0.0.0', say: () => undefined });
    const context = await browser.newContext();
    const tab = await openPage(await context.newPage(), locked);
    const dialog = tab.getByRole('dialog', { name: 'API key' });
    await dialog.getByLabel('Key').fill('wrong');
    await dialog.getByRole('button', { name: 'Use this key' }).click();
    await dialog.getByRole('alert').getByText('A valid API key is needed').waitFor();
    await dialog.getByLabel('Key').fill(key);
    await dialog.getByRole('button', { name: 'Use this key' }).click();
    await tab.getByRole('heading', { name: 'No collection yet' }).waitFor();
    expect(await tab.evaluate('[Object.values(sessionStorage), Object.values(localStorage), document.cookie]')).toEqual([[key], [], '']);
    await context.close();
    await locked.stop();
  }, openingMs);

  test('asked no other host, and wrote no error', () => {
    expect(elsewhere).toEqual([]);
    expect(errors).toEqual([]);
  });
});
