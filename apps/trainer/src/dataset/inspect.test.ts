import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { drawContactSheet } from './inspect-sheet.ts';
import { renderInspectPage } from './inspect-page.ts';
import { inspectFaces } from './inspect.ts';

let folder: string;
const at = (...parts: string[]): string => path.join(folder, ...parts);

async function plainPicture(file: string, width: number, height: number, red: number): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  await sharp({ create: { width, height, channels: 3, background: { r: red, g: 0, b: 0 } } }).png().toFile(file);
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-inspect-'));
  for (const [i, name] of ['a', 'a', 'a', 'b', 'b', 'c'].entries()) await plainPicture(at(name, `${i}.png`), 20, 20, 40 * i);
  await plainPicture(at('c', 'wide.png'), 30, 20, 7);
  await plainPicture(at('d', 'one.png'), 20, 20, 9);
  writeFileSync(at('d', 'broken.jpg'), 'not a picture');
  copyFileSync(at('a', '0.png'), at('a', '9.png'));
  copyFileSync(at('a', '0.png'), at('b', '9.png'));
});
afterAll(() => { rmSync(folder, { recursive: true }); });

it('counts what is there and names what is wrong', async () => {
  const found = await inspectFaces(folder);
  expect(found).toMatchObject({
    identities: 4,
    images: 10,
    // 4, 3, 2 and 1 images.
    imagesPerIdentity: { min: 1, median: 2.5, max: 4 },
    sizes: [{ width: 20, height: 20, images: 9 }, { width: 30, height: 20, images: 1 }],
    oneImage: ['d'],
    duplicates: [{ files: [at('a', '0.png'), at('a', '9.png'), at('b', '9.png')], identities: ['a', 'b'] }],
  });
  expect(found.identitiesWithAtLeast.slice(0, 2)).toEqual([{ images: 2, identities: 3 }, { images: 5, identities: 0 }]);
  expect(found.broken.map(({ file }) => file)).toEqual([at('d', 'broken.jpg')]);
});

it('draws a row of pictures for each identity', async () => {
  const { data, info } = await sharp(await drawContactSheet(folder, { identities: 2, images: 3 })).raw().toBuffer({ resolveWithObject: true });
  // Cells of 72 with 2 between and around; of four identities the first and the third.
  expect([info.width, info.height]).toEqual([224, 150]);
  const redAt = (x: number, y: number): number[] => [...data.subarray((y * info.width + x) * info.channels, (y * info.width + x) * info.channels + 3)];
  expect(redAt(38 + 74, 38)).toEqual([40, 0, 0]);
  expect(redAt(38, 38 + 74)).toEqual([200, 0, 0]);
  expect(redAt(38 + 2 * 74, 38 + 74)).toEqual([255, 255, 255]);
});

describe('near duplicates and the page', () => {
  let faces: string;
  const face = async (name: string, phase: number, quality?: number): Promise<void> => {
    const file = path.join(faces, name);
    mkdirSync(path.dirname(file), { recursive: true });
    const pixels = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % 64, Math.floor(i / 192)];
      return 128 + 60 * Math.sin(x / (5 + phase) + y / 9) + 60 * Math.cos(((x + 1) * (y + phase)) / 150);
    });
    const picture = sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } });
    await (quality === undefined ? picture.png() : picture.resize(48).jpeg({ quality })).toFile(file);
  };
  beforeAll(async () => {
    faces = mkdtempSync(path.join(tmpdir(), 'facenet-near-'));
    await face('ann/0.png', 0);
    await face('ann/1.png', 40);
    await face('ann/2.jpg', 40, 60);
    await face('<bob>/0.jpg', 0, 70);
    await face('<bob>/1.png', 90);
    writeFileSync(path.join(faces, '<bob>', 'broken.jpg'), 'no picture');
  });
  afterAll(() => { rmSync(faces, { recursive: true }); });

  it('finds a picture that was scaled and compressed again under another name', async () => {
    const { nearDuplicates, histogram } = await inspectFaces(faces);
    expect(nearDuplicates.across.map(({ files, identities }) => [files, identities])).toEqual([
      [[path.join(faces, '<bob>', '0.jpg'), path.join(faces, 'ann', '0.png')], ['<bob>', 'ann']],
    ]);
    expect(nearDuplicates.within).toBe(1);
    // Three images of ann, two of bob.
    expect(histogram).toEqual([{ from: 1, to: 1, identities: 0 }, { from: 2, to: 2, identities: 1 }, { from: 3, to: 4, identities: 1 }]);
  });

  it('shows everything on one page that needs no network', async () => {
    const page = await renderInspectPage(faces, await inspectFaces(faces), { rows: 5 });
    // Names are escaped, pictures are inside, nothing is fetched.
    expect(page).toContain('&lt;bob&gt;');
    expect(page).not.toContain('<bob>');
    expect(page.match(/<img src="data:image\/jpeg;base64,/g)).toHaveLength(5 + 2);
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
    expect(page).toMatch(/<span class="broken"[^>]*>broken/);
    expect(page).toContain('broken.jpg: cannot decode');
    expect(page).toContain('&lt;bob&gt; ≈ ann');
    expect(page).toContain('<svg');
  });
});
