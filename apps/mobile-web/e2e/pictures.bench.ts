// Pictures of each view for the documentation, of drawn people: docs/phone/*.png.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { findModel } from '../build/find-model.ts';
import { findChromium } from './chromium.fixture.ts';
import { enrol, openWorld, people, ready, view } from './world.fixture.ts';

const folder = fileURLToPath(new URL('../../../docs/phone/', import.meta.url));
const found = findChromium();
if ('reason' in found) throw new Error(found.reason);
await mkdir(folder, { recursive: true });
const world = await openWorld(found.path, 'ada', findModel(process.env));
try {
  const { page } = await world.open();
  await ready(page);
  const shoot = async (name: string, on: Page = page): Promise<void> => {
    await on.waitForTimeout(300);
    // Few colours: a third of the bytes.
    await sharp(await on.screenshot()).png({ palette: true, quality: 90 }).toFile(`${folder}${name}.png`);
  };

  await page.getByLabel('First picture: choose a photo').setInputFiles(world.file('ada-1.png'));
  await page.getByLabel('Second picture: choose a photo').setInputFiles(world.file('ada-2.png'));
  await page.locator('.verdict').waitFor();
  await page.evaluate('scrollTo(0, 0)');
  await shoot('verify');
  await view(page, 'People');
  await shoot('people-empty');
  for (const [who, name] of [['ben', 'Ben'], ['cleo', 'Cleo'], ['dora', 'Dora']] as const) await enrol(page, world, name, [1, 2, 3].map((i) => `${who}-${i}.png`));
  await page.getByLabel('Name', { exact: true }).fill('Ada');
  await page.getByRole('button', { name: 'Use the camera' }).locator('visible=true').click();
  await page.locator('.camera-hint:visible').filter({ hasText: 'Good: keep it like this.' }).waitFor();
  for (let i = 0; i < 2; i++) {
    await page.getByRole('button', { name: 'Take a shot' }).click();
    await page.locator('.shot').nth(i).waitFor();
  }
  await page.locator('.stage:visible').scrollIntoViewIfNeeded();
  await shoot('enrol');
  await page.getByRole('button', { name: /^Add Ada with/ }).click();
  await page.getByText('Ada is here with').first().waitFor();
  await page.evaluate('scrollTo(0, 0)');
  await shoot('people');
  await view(page, 'Who?', 'Who is this?');
  await page.getByRole('button', { name: 'Look with the camera' }).click();
  await page.locator('.camera-hint:visible').filter({ hasText: /^Ada\.$/ }).waitFor();
  await shoot('who-live');
  await page.getByRole('button', { name: 'Camera off' }).locator('visible=true').click();
  await page.getByLabel('Choose a photo', { exact: true }).setInputFiles(world.file('two.png'));
  await page.locator('.results .verdict').nth(1).waitFor();
  await page.locator('.photo:visible').scrollIntoViewIfNeeded();
  await shoot('who-photo');
  await view(page, 'Album');
  await page.getByLabel('Choose photos', { exact: true }).setInputFiles(people.flatMap((who) => [1, 2, 3].map((i) => world.file(`${who}-${i}.png`))));
  await page.locator('.notice.done:visible').filter({ hasText: '12 faces' }).waitFor();
  await page.locator('.group').first().scrollIntoViewIfNeeded();
  await shoot('album');
  await view(page, 'Model', 'About this model');
  await shoot('model');
  await page.emulateMedia({ colorScheme: 'dark' });
  await view(page, 'Who?', 'Who is this?');
  await shoot('who-dark');
} finally {
  await world.dispose();
}
console.log(`pictures are in ${folder}`);
