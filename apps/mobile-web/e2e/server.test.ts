import { readFile, writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { type Client, createClient } from '@facenet/contract';
import { findChromium } from './chromium.fixture.ts';
import type { ServerProcess } from './server-process.fixture.ts';
import { openWorld, ready, view, type World } from './world.fixture.ts';

const found = findChromium();
const withBrowser = 'path' in found ? describe : describe.skip;
const note = 'path' in found ? '' : ` (skipped: ${found.reason})`;
const adminKey = 'an-admin-key-for-this-test-only-0123456789';

withBrowser(`the page and a server${note}`, () => {
  let world: World;
  let page: Page;
  let server: ServerProcess;
  let admin: Client;
  let collectionId: string;
  const sent: { readonly url: string; readonly body: string }[] = [];
  beforeAll(async () => {
    world = await openWorld((found as { path: string }).path, 'ada');
    // A server must have the phone's model too: its thresholds with the heavy one are in its bundle.
    server = await locked('heavy', 'tiny');
    admin = createClient({ baseUrl: server.url, apiKey: adminKey });
    ({ id: collectionId } = await admin.createCollection({ body: { name: 'friends' } }));
    // By the heavy network, from photos.
    for (const who of ['ada', 'ben']) await admin.enrol({ params: { collection_id: collectionId }, body: { name: who, image: new Uint8Array(await readFile(world.file(`${who}-1.png`))) } });
    ({ page } = await world.open({ server }));
    page.on('request', (request) => { if (request.url().includes('/v1/')) sent.push({ url: request.url(), body: request.postData() ?? '' }); });
    await ready(page);
  });
  afterAll(() => world?.dispose());

  const locked = (...bundles: readonly string[]): Promise<ServerProcess> => (
    world.startServer(['--model', bundles.map(world.file).join(','), '--data', world.file(`data of ${bundles[0]}`), '--phone-page', world.file('page')], { FACENET_ADMIN_KEY: adminKey })
  );
  const openServerCard = (): Promise<void> => page.locator('details.card > summary').click();
  async function search(file: string): Promise<string> {
    await page.getByLabel('Choose a photo', { exact: true }).setInputFiles(world.file(file));
    await page.getByRole('img', { name: file }).waitFor();
    return await page.locator('.results h4').first().innerText();
  }

  test('is paired by a link, whose code leaves the address at once', async () => {
    const { url } = await admin.createPairing({ body: { name: 'phone of Ada', scopes: ['read', 'enrol'] } });
    await page.goto('about:blank');
    await page.goto(url);
    expect(new URL(page.url()).hash).toBe('#who');
    await page.getByRole('dialog', { name: 'Connect to this server?' }).getByRole('button', { name: 'Connect' }).click();
    await page.getByLabel('The server’s collection “friends”', { exact: true }).waitFor();
  });

  test('finds people of the heavy network’s gallery by the tiny network’s numbers', async () => {
    await page.getByLabel('The server’s collection “friends”', { exact: true }).check();
    expect(await search('ada-2.png')).toBe('match 1. ada');
    expect(await search('ben-3.png')).toBe('match 1. ben');
    expect(await search('cleo-1.png')).toBe('unknown 1. Unknown');
  });

  test('sends numbers alone', () => {
    const searches = sent.filter(({ url }) => url.endsWith('/search'));
    expect(searches.length).toBeGreaterThanOrEqual(3);
    for (const { body } of searches) {
      const { embedding, ...rest } = JSON.parse(body) as { embedding: { vector: string } };
      expect(Object.keys(embedding).sort()).toEqual(['model_id', 'space_id', 'vector']);
      // 16 numbers of four bytes.
      expect(Buffer.from(embedding.vector, 'base64').length).toBe(64);
      expect(Object.keys(rest)).toEqual(['far']);
    }
  });

  test('keeps whom it adds until the server is there again', async () => {
    await view(page, 'People');
    await page.getByLabel('Name', { exact: true }).fill('Dora');
    await page.getByLabel('Choose photos of one person').setInputFiles(['dora-1.png', 'dora-2.png'].map(world.file));
    await page.locator('.shot').nth(1).waitFor();
    await page.getByLabel('Add to the server’s collection “friends” too').check();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Add Dora with 2 faces' }).click();
    await page.getByText('Dora is here with 2 faces.').first().waitFor();
    await view(page, 'Who?', 'Who is this?');
    await openServerCard();
    await page.getByText(/Dora, 2 faces: waiting/).waitFor();
    await page.context().setOffline(false);
    await page.getByText(/Dora, 2 faces: sent/).waitFor();
    const { items } = await admin.listPersons({ params: { collection_id: collectionId } });
    expect(items.map(({ name, faces }) => [name, faces])).toContainEqual(['Dora', 2]);
    // The heavy network knows whom the phone added.
    const answer = await admin.search({ params: { collection_id: collectionId }, body: { image: new Uint8Array(await readFile(world.file('dora-3.png'))) } });
    expect([answer.verdict, answer.person?.name]).toEqual(['match', 'Dora']);
  });

  test('opens a gallery file of the server', async () => {
    const answer = await fetch(`${server.url}/v1/collections/${collectionId}/export`, { headers: { authorization: `Bearer ${adminKey}`, 'x-gallery-passphrase': 'correct horse' } });
    await writeFile(world.file('friends.jsonl'), Buffer.from(await answer.arrayBuffer()));
    await view(page, 'People');
    await page.getByLabel('Gallery file').setInputFiles(world.file('friends.jsonl'));
    await page.getByLabel('Passphrase').fill('correct horse');
    await page.getByRole('button', { name: 'Open it' }).click();
    await page.getByText(/3 people with 4 faces came\./).first().waitFor();
    // The heavy network's vectors are searched on the phone.
    await view(page, 'Who?', 'Who is this?');
    await page.getByRole('radio', { name: 'People on this device' }).check();
    expect(await search('ben-2.png')).toBe('match 1. ben');
  });

  test('says in words that a key was revoked', async () => {
    const { keys } = await admin.listKeys({});
    await admin.deleteKey({ params: { key_id: keys.find(({ name }) => name === 'phone of Ada')!.id } });
    await page.getByLabel('The server’s collection “friends”', { exact: true }).check();
    await page.getByLabel('Choose a photo', { exact: true }).setInputFiles(world.file('ada-2.png'));
    await page.getByRole('alert').filter({ hasText: /key/ }).first().waitFor();
  });

  test('refuses a server whose numbers mean something else', async () => {
    const stranger = await locked('stranger');
    const other = createClient({ baseUrl: stranger.url, apiKey: adminKey });
    await other.createCollection({ body: { name: 'strangers' } });
    const { url } = await other.createPairing({ body: { name: 'phone', scopes: ['read'] } });
    const { page: second, context } = await world.open({ server: stranger });
    await ready(second);
    await second.goto('about:blank');
    await second.goto(url);
    await second.getByRole('button', { name: 'Connect' }).locator('visible=true').first().click();
    await second.getByText(/works with another model \(stranger\) whose numbers mean something else/).waitFor({ state: 'attached' });
    expect(await second.getByRole('radio', { name: 'People on this device' }).isVisible()).toBe(false);
    await context.close();
  });

  test('asked no other host, and wrote no error', () => {
    expect(world.problems).toEqual({ errors: [], elsewhere: [] });
  });
});
