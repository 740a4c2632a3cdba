import type { Page } from 'playwright-core';
import { findChromium } from './chromium.fixture.ts';
import { openWorld, people, ready, seriousFlaws, view, type World } from './world.fixture.ts';

const found = findChromium();
const withBrowser = 'path' in found ? describe : describe.skip;
const note = 'path' in found ? '' : ` (skipped: ${found.reason})`;

withBrowser(`the album${note}`, () => {
  let world: World;
  let page: Page;
  beforeAll(async () => {
    world = await openWorld((found as { path: string }).path, 'ada');
    ({ page } = await world.open());
    await ready(page);
    await view(page, 'Album');
  });
  afterAll(() => world?.dispose());

  const sizes = (): Promise<string[]> => page.locator('.group h4').allInnerTexts();
  const said = (text: string | RegExp): Promise<void> => page.locator('.notice.done:visible').filter({ hasText: text }).first().waitFor();

  test('finds the people of many photos', async () => {
    const photos = people.flatMap((who) => [1, 2, 3].map((i) => `${who}-${i}.png`));
    await page.getByLabel('Choose photos', { exact: true }).setInputFiles([...photos, 'wall.png', 'text.png'].map(world.file));
    await said('12 faces in 13 photos; 1 photo could not be read');
    // Four people were drawn, three pictures of each.
    expect(await sizes()).toEqual(['Group 1: 3 faces', 'Group 2: 3 faces', 'Group 3: 3 faces', 'Group 4: 3 faces']);
  });

  test('does not read a photo twice', async () => {
    await page.getByLabel('Choose photos', { exact: true }).setInputFiles(world.file('ada-1.png'));
    await said('1 photo was here before');
  });

  test('merges, splits and takes back', async () => {
    await page.getByLabel('Choose for merging: Group 1').check();
    await page.getByLabel('Choose for merging: Group 2').check();
    await page.getByRole('button', { name: 'Merge the 2 chosen groups' }).click();
    await said('2 groups are one now.');
    expect(await sizes()).toEqual(['Group 1: 6 faces', 'Group 2: 3 faces', 'Group 3: 3 faces']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await said('Taken back.');
    expect(await sizes()).toHaveLength(4);
    await page.locator('.group').first().getByRole('checkbox', { name: /^Face 1/ }).check();
    await page.getByRole('button', { name: 'Split off the ticked faces: Group 1' }).click();
    await said('1 face is a group of their own now.');
    expect(await sizes()).toEqual(['Group 1: 3 faces', 'Group 2: 3 faces', 'Group 3: 3 faces', 'Group 4: 2 faces', 'Group 5: 1 face']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await said('Taken back.');
  });

  test.each(['light', 'dark'] as const)('has no serious flaw for those who do not see or point, in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    expect(await seriousFlaws(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
  });

  test('a group with a name is a person who is recognised', async () => {
    await page.getByLabel('Name of Group 1').fill('Someone');
    await page.getByRole('button', { name: 'Give Group 1 its name' }).click();
    await said('3 faces belong to Someone now.');
    await view(page, 'People');
    await page.getByText(/Someone\s*3 faces/).waitFor();
    await view(page, 'Who?', 'Who is this?');
    const names = new Set<string>();
    for (const who of people) {
      await page.getByLabel('Choose a photo', { exact: true }).setInputFiles(world.file(`${who}-2.png`));
      await page.getByRole('img', { name: `${who}-2.png` }).waitFor();
      names.add(await page.locator('.results h4').first().innerText());
    }
    // One of the four is the person, and the others are strangers.
    expect(names).toEqual(new Set(['match 1. Someone', 'unknown 1. Unknown']));
  });

  test('is kept when told', async () => {
    await view(page, 'Album');
    await page.getByRole('button', { name: 'Keep this album' }).click();
    await said('It is kept');
    await page.reload();
    await ready(page);
    await page.locator('.group').nth(2).waitFor();
    expect(await sizes()).toEqual(['Group 1: 3 faces', 'Group 2: 3 faces', 'Group 3: 3 faces']);
    await page.getByRole('button', { name: 'Clear the album…' }).click();
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.locator('.group').first().waitFor({ state: 'hidden' });
  });

  test('asked no other host, and wrote no error', () => {
    expect(world.problems).toEqual({ errors: [], elsewhere: [] });
  });
});
