import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { findChromium } from './chromium.fixture.ts';
import { enrol, openWorld, ready, seriousFlaws, view, type World } from './world.fixture.ts';

const found = findChromium();
const withBrowser = 'path' in found ? describe : describe.skip;
const note = 'path' in found ? '' : ` (skipped: ${found.reason})`;

withBrowser(`the page by itself${note}`, () => {
  let world: World;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    world = await openWorld((found as { path: string }).path, 'ada');
    ({ context, page } = await world.open());
    await ready(page);
  });
  afterAll(() => world?.dispose());

  const verdict = (): Promise<string> => page.locator('.verdict:visible').first().innerText();
  async function verify(a: string, b: string): Promise<void> {
    await view(page, 'Verify');
    await page.getByLabel('First picture: choose a photo').setInputFiles(world.file(a));
    await page.getByLabel('Second picture: choose a photo').setInputFiles(world.file(b));
    await page.getByLabel('First picture', { exact: true }).locator('.side-photo:not([aria-busy])').waitFor();
    await page.getByLabel('Second picture', { exact: true }).locator('.side-photo:not([aria-busy])').waitFor();
  }

  test('is isolated, so that WASM may have threads', async () => {
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    await view(page, 'Model', 'About this model');
    expect(await page.getByText(/the processor, .* \(WASM\)|WebGPU/).first().innerText()).toBeTruthy();
    await page.getByText('from the reference').first().waitFor();
  });

  test('decides whether two photos are of one person', async () => {
    await verify('ada-1.png', 'ada-2.png');
    await page.locator('.verdict[data-verdict=match]').waitFor();
    expect(await verdict()).toMatch(/match\s+The same person\s+The distance of 0\.00\d is below 0\.015, under which 1 in 1,000/);
    await verify('ada-1.png', 'cleo-1.png');
    await page.locator('.verdict[data-verdict=unknown]').waitFor();
    expect(await verdict()).toMatch(/unknown\s+Not the same person/);
    // Nowhere a share that looks like a certainty.
    expect(await page.locator('main').innerText()).not.toMatch(/\d ?%/);
  });

  test('takes the face that is chosen where a photo has several', async () => {
    await verify('ben-1.png', 'two.png');
    await page.locator('.verdict[data-verdict=unknown]').waitFor();
    await page.getByLabel('Second picture', { exact: true }).getByLabel('Which face').selectOption('1');
    await page.locator('.verdict[data-verdict=match]').waitFor();
  });

  test('says what is wrong with a picture', async () => {
    await verify('ada-1.png', 'wall.png');
    await page.getByText('No face was found in this picture.').waitFor();
    await verify('ada-1.png', 'text.png');
    await page.getByRole('alert').filter({ hasText: /picture/ }).first().waitFor();
  });

  test('knows people from photos and from the camera', async () => {
    await enrol(page, world, 'Ben', ['ben-1.png', 'ben-2.png', 'ben-3.png']);
    await view(page, 'People');
    await page.getByLabel('Name', { exact: true }).fill('Ada');
    await page.getByRole('button', { name: 'Use the camera' }).locator('visible=true').click();
    await page.locator('.camera-hint:visible').filter({ hasText: 'Good: keep it like this.' }).waitFor();
    for (let i = 1; i <= 2; i++) {
      await page.getByRole('button', { name: 'Take a shot' }).click();
      await page.locator('.shot').nth(i - 1).waitFor();
    }
    await page.getByRole('button', { name: 'Add Ada with 2 faces' }).click();
    await page.getByText('Ada is here with 2 faces.').first().waitFor();
    expect(await page.locator('.person').allInnerTexts()).toEqual(['Ada\n2 faces', 'Ben\n3 faces'].map((text) => expect.stringMatching(text.replace('\n', '\\s+')) as string));
  });

  test('asks before it takes a doubtful picture', async () => {
    await view(page, 'People');
    await page.getByLabel('Choose photos of one person').setInputFiles(['two.png', 'wall.png'].map(world.file));
    await page.locator('.shot').nth(1).waitFor();
    expect(await page.locator('.shot').allInnerTexts()).toEqual([expect.stringContaining('It has 2 faces'), expect.stringContaining('No face was found')]);
    expect(await page.getByRole('button', { name: 'Add', exact: true }).isDisabled()).toBe(true);
    await page.getByLabel('Use it anyway: two.png').check();
    await page.getByRole('button', { name: /^Add the person with 1 face/ }).waitFor();
    for (const name of ['two.png', 'wall.png']) await page.getByRole('button', { name: `Remove ${name}` }).click();
  });

  test('recognises whom the camera sees, frame after frame', async () => {
    await view(page, 'Who?', 'Who is this?');
    await page.getByRole('button', { name: 'Look with the camera' }).click();
    await page.locator('.camera-hint:visible').filter({ hasText: /^Ada\.$/ }).waitFor();
    expect(await page.locator('.stage:visible g').getAttribute('data-verdict')).toBe('match');
    await page.getByRole('button', { name: 'Camera off' }).locator('visible=true').click();
    await page.getByRole('button', { name: 'Look with the camera' }).waitFor();
  });

  test('recognises people in a photo, and does not know a stranger', async () => {
    await page.getByLabel('Choose a photo', { exact: true }).setInputFiles(world.file('two.png'));
    await page.locator('.results .verdict').nth(1).waitFor();
    expect(await page.locator('.results .verdict h4').allInnerTexts()).toEqual(['match 1. Ada', 'match 2. Ben']);
    await page.getByLabel('Choose a photo', { exact: true }).setInputFiles(world.file('cleo-1.png'));
    await page.getByRole('heading', { name: 'unknown 1. Unknown' }).waitFor();
    expect(await verdict()).toContain('The nearest person is at a distance of');
  });

  test('renames and deletes', async () => {
    await view(page, 'People');
    await page.getByRole('button', { name: 'Rename Ben…' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Benno');
    await page.getByRole('button', { name: 'Rename', exact: true }).click();
    await page.getByRole('button', { name: 'Faces Benno…' }).click();
    await page.getByRole('dialog').getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Delete the ticked faces' }).click();
    await page.getByText(/Benno\s*2 faces/).waitFor();
  });

  test.each([['plain', ''], ['encrypted', 'correct horse battery']])('takes people to another phone in a file that is %s', async (_, passphrase) => {
    await view(page, 'People');
    await page.getByRole('button', { name: 'Save as a file…' }).click();
    await page.getByLabel('Passphrase').fill(passphrase);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const saved = world.file(`people-${_}.jsonl`);
    await (await downloading).saveAs(saved);
    expect((await readFile(saved, 'utf8')).includes('Benno')).toBe(passphrase === '');
    const other = await world.open();
    await ready(other.page);
    await view(other.page, 'People');
    await other.page.getByLabel('Gallery file').setInputFiles(saved);
    if (passphrase !== '') {
      await other.page.getByLabel('Passphrase').fill('wrong');
      await other.page.getByRole('button', { name: 'Open it' }).click();
      await other.page.getByRole('dialog').getByRole('alert').filter({ hasText: /passphrase/ }).waitFor();
      await other.page.getByLabel('Passphrase').fill(passphrase);
      await other.page.getByRole('button', { name: 'Open it' }).click();
    }
    await other.page.getByText('2 people with 4 faces came.').first().waitFor();
    await view(other.page, 'Who?', 'Who is this?');
    await other.page.getByLabel('Choose a photo', { exact: true }).setInputFiles(world.file('ben-3.png'));
    await other.page.getByRole('heading', { name: 'match 1. Benno' }).waitFor();
    await other.context.close();
  });

  test.each(['light', 'dark'] as const)('has no serious flaw for those who do not see or point, in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    for (const [title, heading] of [['Verify'], ['Who?', 'Who is this?'], ['People'], ['Model', 'About this model']] as const) {
      await view(page, title, heading);
      if (title === 'Who?') await page.locator('details.card:not([open]) > summary').click({ timeout: 2000 }).catch(() => undefined);
      expect([title, await seriousFlaws(page)]).toEqual([title, []]);
    }
    await page.emulateMedia({ colorScheme: 'light' });
  });

  test('fits a small phone, and what a finger hits is large enough', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const [title, heading] of [['Verify'], ['Who?', 'Who is this?'], ['People'], ['Model', 'About this model']] as const) {
      await view(page, title, heading);
      expect([title, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([title, 360]);
      const small = await page.evaluate(`[...document.querySelectorAll('button, select, nav a, summary, .tick > label, input[type=text]')]
        .filter((each) => each.checkVisibility()).map((each) => [each.textContent.trim(), each.getBoundingClientRect().height]).filter(([, height]) => height < 44)`);
      expect([title, small]).toEqual([title, []]);
    }
    await page.setViewportSize({ width: 390, height: 844 });
  });

  test('needs no mouse', async () => {
    // The focus begins at the top of a page that was loaded.
    await page.goto(`${world.server.url}/phone/#verify`);
    await page.reload();
    await ready(page);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    for (let steps = 0; steps < 40 && await page.evaluate('document.activeElement.textContent') !== 'People'; steps++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'People', level: 2 }).waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('People');
  });

  test('recognises without a network after its first visit', async () => {
    await context.setOffline(true);
    await page.goto('about:blank');
    await page.goto(`${world.server.url}/phone/#who`);
    await ready(page);
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    await page.getByLabel('Choose a photo', { exact: true }).setInputFiles(world.file('two.png'));
    await page.locator('.results .verdict').nth(1).waitFor();
    expect(await page.locator('.results .verdict h4').allInnerTexts()).toEqual(['match 1. Ada', 'match 2. Benno']);
    await context.setOffline(false);
  });

  test('deletes everything when told', async () => {
    await view(page, 'People');
    await page.getByRole('button', { name: 'Delete everything…' }).click();
    const loaded = page.waitForEvent('load');
    await page.getByRole('button', { name: 'Delete everything', exact: true }).click();
    await loaded;
    await page.getByText('Nobody yet.').waitFor();
  });

  test('says why there is no camera', async () => {
    const refused = await world.browser.newContext({ permissions: [] });
    const other = await refused.newPage();
    await other.addInitScript(`navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', window.refusal ?? 'NotAllowedError'))`);
    await other.goto(`${world.server.url}/phone/#who`);
    await ready(other);
    await other.getByRole('button', { name: 'Look with the camera' }).click();
    await other.getByText('The camera was not allowed.').waitFor();
    await other.evaluate(`window.refusal = 'NotFoundError'`);
    await other.getByRole('button', { name: 'Look with the camera' }).click();
    await other.getByText('This device has no camera.').waitFor();
    await refused.close();
  });

  test('asked no other host, and wrote no error', () => {
    expect(world.problems).toEqual({ errors: [], elsewhere: [] });
  });
});
