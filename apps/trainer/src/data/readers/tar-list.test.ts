import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { decodeImage, storedBytes } from '../decode.ts';
import { listTar } from './tar-list.ts';
import { type FixtureMember, paxRecord, tarFile, tarMember } from './tar.fixture.ts';

let folder: string;
let files = 0;
beforeAll(() => { folder = mkdtempSync(path.join(tmpdir(), 'facenet-tar-')); });
afterAll(() => { rmSync(folder, { recursive: true }); });

function write(bytes: Uint8Array): string {
  const file = path.join(folder, `${files++}.tar`);
  writeFileSync(file, bytes);
  return file;
}
/** Names and the contents of their pictures. */
const contentsOf = (file: string): Promise<[string, string[]][]> => Promise.all(listTar([file])
  .map(async ({ name, files }): Promise<[string, string[]]> => [name, await Promise.all(files.map(async (address) => (await storedBytes(address)).toString()))]));
const list = (members: readonly FixtureMember[]): Promise<[string, string[]][]> => contentsOf(write(tarFile(members)));

// Written by TarWriter of webdataset 1.0.2: PNGs of 2×2 pixels in one colour with 000000.cls = 000001.cls = 3 and
// sub/000002.json = {"identity": "ann", "age": 30}.
const byWebDataset = inflateSync(Buffer.from(
  'eNozMAABveScYgaaAZANJiYmYBoI0GkgMERiA8UNjYAaGBQMGOgASotLEouA1idlpqckliTiVEdIfogCY4ZRMJIBJMvpFeSlD1z+NzTEzP9AodH8TwfQGeDnzsslxQVk'
  + '8np6uAQBaSYQ5gCRf6/MAlULAp4ujiEVc5IfCE1kVmLjYGVg82P4aJFs1AgywNPVz2WdU0LTaFYauvnfcBDW/6aj+X+0/h8FdMr/g6/+NxrN/4Ou/heD1f95DF9ZXLvZ'
  + 'R+v/IQ+KS5P0wbnOSC+rOD9vYOp/YzP0/G9ubj6a/+kBqpUyU1LzSjJLKpWsFJQS8/KUdIBUeiqQZ2xQO5o/RlD+p1kbgIz632x0/G/w1f8XDDYxgut/ATWmSE6xioWj'
  + '9f8oGAWjYBSMglEwCkbBKBgFo2AUjIJRMApGwaAHANCAtO4=', 'base64'));

test('reads what webdataset wrote', async () => {
  const file = write(byWebDataset);
  const identities = listTar([file]);
  expect(identities.map(({ name, files }) => [name, files.length])).toEqual([['3', 2], ['ann', 1]]);
  expect(identities[0]!.files[0]).toBe(`${file}#000000.png:1536+73`);
  const pixels = await Promise.all(identities.flatMap(({ files }) => files).map(async (address) => [...(await decodeImage(address)).data.subarray(0, 3)]));
  expect(pixels).toEqual([[10, 20, 30], [11, 20, 30], [40, 50, 60]]);
});

const formats = ['gnu', 'ustar', 'pax', 'v7', 'oldgnu'];
const noTar = spawnSync('tar', ['--version']).error !== undefined;
(noTar ? test.skip.each(formats) : test.each(formats))(
  `reads a folder of identities that tar packed as %s${noTar ? ' (skipped: there is no program tar)' : ''}`, async (format: string) => {
    // 94 letters, so that the path is longer than the 100 bytes of the old header; v7 has no other.
    const long = format === 'v7' ? 'long' : 'n'.repeat(94);
    const root = path.join(folder, `faces-${format}`);
    const put = (name: string, text: string): void => {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    };
    put('ann/0.jpg', 'first');
    put('ann/1.png', 's'.repeat(513));
    put(`bob/${long}.jpg`, 'third');
    put('bob/notes.txt', 'left alone');
    const file = path.join(folder, `${format}.tar`);
    expect(spawnSync('tar', ['--format', format, '--sort=name', '-cf', file, '-C', root, '.']).status).toBe(0);
    expect(await contentsOf(file)).toEqual([['ann', ['first', 's'.repeat(513)]], ['bob', ['third']]]);
    expect(listTar([file])[1]!.files[0]).toContain(`${long}.jpg:`);
  },
);

test('a sample is what shares its name up to the first dot; several pictures of it are of one person', async () => {
  expect(await list([
    { name: 'a.cls', content: '7\n' }, { name: 'a.left.jpg', content: '1' }, { name: 'a.right.jpg', content: '2' },
    { name: 'b.jpg', content: '3' }, { name: 'b.json', content: '{"label": 7}' },
    { name: 'c.jpg', content: '4' }, { name: 'c.cls', content: 'zoe' },
    { name: '._c.jpg', content: 'of macOS' }, { name: 'd.txt', content: 'alone' },
  ])).toEqual([['7', ['1', '2', '3']], ['zoe', ['4']]]);
});

test('several shards make one set', () => {
  const shards = ['ann', 'bob'].map((name, i) => write(tarFile([{ name: `${i}.jpg`, content: String(i) }, { name: `${i}.cls`, content: name }, { name: `x${i}.jpg`, content: 'x' }, { name: `x${i}.cls`, content: 'both' }])));
  expect(listTar(shards).map(({ name, files }) => [name, files.map((file) => path.basename(file))])).toEqual([
    ['ann', [`${path.basename(shards[0]!)}#0.jpg:512+1`]],
    ['bob', [`${path.basename(shards[1]!)}#1.jpg:512+1`]],
    ['both', [`${path.basename(shards[0]!)}#x0.jpg:2560+1`, `${path.basename(shards[1]!)}#x1.jpg:2560+1`]],
  ]);
});

test('joins the prefix, and takes pax names and sizes, long names and binary sizes', async () => {
  const picture = { content: 'p', type: '0' };
  expect(await list([{ ...picture, prefix: 'deep/ann', name: '0.jpg' }])).toEqual([['ann', ['p']]]);
  expect(await list([{ name: 'pax', type: 'x', content: paxRecord('mtime', '1.5') + paxRecord('path', 'zoë/0.jpg') }, { ...picture, name: 'short' }])).toEqual([['zoë', ['p']]]);
  expect(await list([{ name: 'global', type: 'g', content: paxRecord('comment', 'x') }, { ...picture, name: 'ann/0.jpg' }])).toEqual([['ann', ['p']]]);
  expect(await list([{ name: '././@LongLink', type: 'L', content: 'bob/0.jpg\0' }, { ...picture, name: 'short' }, { ...picture, name: 'ann/1.jpg' }])).toEqual([['ann', ['p']], ['bob', ['p']]]);
  // GNU: the first bit set, then a big-endian number.
  expect(await list([{ ...picture, name: 'ann/0.jpg', content: 'pqr', size: Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3) }])).toEqual([['ann', ['pqr']]]);
  // A pax size stands for the one in the header, which is 0 here.
  const sized = [tarMember({ name: 'pax', type: 'x', content: paxRecord('size', '3') }), tarMember({ name: 'ann/0.jpg', content: 'pqr', size: Buffer.from('00000000000\0') }), Buffer.alloc(1024)];
  expect(listTar([write(Buffer.concat(sized))])[0]!.files[0]).toMatch(/#ann\/0\.jpg:1536\+3$/);
});

test('a shard cut anywhere is refused, naming the byte', () => {
  const whole = tarFile([{ name: 'ann/0.jpg', content: 'x'.repeat(700) }, { name: 'ann/1.jpg', content: 'y' }], 1);
  expect(whole.length).toBe(512 * 7);
  for (let length = 0; length < 512 * 5; length += 64) {
    expect(() => listTar([write(whole.subarray(0, length))])).toThrow(/\.tar: byte \d+: .*cut short/);
  }
  expect(() => listTar([write(whole.subarray(0, 600))])).toThrow("byte 0: 'ann/0.jpg' needs 700 bytes, and the file ends after 88; it is cut short");
  expect(() => listTar([write(whole.subarray(0, 1536))])).toThrow('byte 1536: expected a header of 512 bytes or the end of the archive');
});

const gzip = Buffer.concat([Buffer.from([0x1f, 0x8b, 8]), Buffer.alloc(509, 1)]);
const broken = tarMember({ name: 'ann/0.jpg' });
broken[3] = 0x61;
const end = Buffer.alloc(1024);
test.each([
  ['a compressed file', gzip, 'byte 0: expected a tar header'],
  ['a header that does not add up', Buffer.concat([broken, end]), 'byte 0: expected a tar header, found a block whose sum is'],
  ['two archives one behind the other', Buffer.concat([tarFile([{ name: 'ann/0.jpg' }]), tarFile([{ name: 'ann/1.jpg' }])]), 'byte 10240: goes on behind the end of its archive'],
  ['a link', tarFile([{ name: 'ann/0.jpg', type: '2' }]), "byte 0: 'ann/0.jpg' is a symbolic link"],
  ['a sparse file', tarFile([{ name: 'pax', type: 'x', content: paxRecord('GNU.sparse.major', '1') }, { name: 'a.jpg' }]), 'a sparse file'],
  ['an extended header of no records', tarFile([{ name: 'pax', type: 'x', content: '99 path=a' }]), 'byte 0: expected an extended header of records'],
  ['no pictures', tarFile([{ name: 'notes.txt' }]), 'expected pictures, found none'],
  ['a picture of nobody', tarFile([{ name: '0.jpg', content: 'p' }]), "'0.jpg' at byte 512: expected a .cls or .json beside it or a folder around it"],
  ['an empty .cls', tarFile([{ name: 'a.jpg' }, { name: 'a.cls' }]), 'expected an identity in the .cls beside it, found nothing'],
  ['a .json without an identity', tarFile([{ name: 'a.jpg' }, { name: 'a.json', content: '{"age": 3}' }]), "expected 'identity' or 'label' in the .json beside it"],
  ['a .json that is none', tarFile([{ name: 'a.jpg' }, { name: 'a.json', content: '{' }]), 'the .json beside it: '],
])('refuses %s', (_, bytes, message) => {
  expect(() => listTar([write(bytes)])).toThrow(message);
});

test('a damaged picture is one broken picture, named with its place', async () => {
  const damaged = Buffer.from(byWebDataset);
  // The PNG signature of 000001.png.
  const at = damaged.indexOf('000001.png') + 512;
  damaged.fill(0, at, at + 8);
  const [first] = listTar([write(damaged)]);
  await expect(decodeImage(first!.files[1]!)).rejects.toThrow(/\.tar#000001\.png:\d+\+73: cannot decode the image/);
  expect((await decodeImage(first!.files[0]!)).width).toBe(2);
  // The file was whole when it was listed, and is cut afterwards.
  const file = write(byWebDataset);
  const [, ann] = listTar([file]);
  writeFileSync(file, readFileSync(file).subarray(0, 4000));
  await expect(decodeImage(ann!.files[0]!)).rejects.toThrow('and the file ends at byte 4000');
});
