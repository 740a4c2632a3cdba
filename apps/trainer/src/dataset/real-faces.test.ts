import path from 'node:path';
import { decodeImage } from '../data/decode.ts';
import { readIdentityFolder } from '../data/folder.ts';
import { checkLfw } from './lfw.ts';

// Real faces are no part of the project: FACENET_DATA names a folder with faces/train, faces/lfw and lfw/pairs.txt.
const data = process.env['FACENET_DATA'];
const withFaces = data === undefined ? test.skip : test;
const note = data === undefined ? ' (skipped: FACENET_DATA names no folder of real faces)' : '';
const at = (...names: string[]): string => path.join(data!, ...names);

withFaces(`LFW is whole, and every image of its pairs is there${note}`, () => {
  // 13,233 images of 5,749 people and ten sets of 300 + 300 pairs, as LFW is published.
  expect(checkLfw(at('faces', 'lfw'), at('lfw', 'pairs.txt'))).toEqual({
    images: 13_233, people: 5_749, pairs: 6_000, problems: [],
  });
});

withFaces(`the first face of each training identity decodes to a crop${note}`, async () => {
  const identities = readIdentityFolder(at('faces', 'train'));
  expect(identities.length).toBeGreaterThan(600);
  for (const { files } of identities.filter((_, i) => i % 10 === 0)) {
    const { width, height, channels, data: bytes } = await decodeImage(files[0]!);
    expect([width, height, channels, bytes.length]).toEqual([136, 136, 3, 136 * 136 * 3]);
  }
});

withFaces(`nobody of the training pool has a name of LFW${note}`, () => {
  const tested = new Set(readIdentityFolder(at('faces', 'lfw')).map(({ name }) => plain(name)));
  const shared = readIdentityFolder(at('faces', 'train')).map(({ name }) => plain(name.replace(/^[a-z]_/, ''))).filter((name) => tested.has(name));
  expect(shared).toEqual([]);
});

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}
