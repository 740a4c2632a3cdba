import { createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import { fromBase64, toBase64 } from './base64.ts';
import type { GalleryRecord } from './gallery-lines.ts';
import { readGallery, type ReadRecord } from './read-gallery.ts';
import { Sha256 } from './sha256.ts';
import { webGalleryCrypto } from './web-crypto.ts';
import { writeGallery } from './write-gallery.ts';

const galleryCrypto = webGalleryCrypto((passphrase, salt, { n, r, p }) => (
  Promise.resolve(new Uint8Array(scryptSync(passphrase, salt, 32, { N: n, r, p, maxmem: 256 * n * r })))
));

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

test('digests as FIPS 180-4 says, in pieces of any size', () => {
  // The examples of NIST.
  expect(new Sha256().update(Buffer.from('abc')).digest()).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(new Sha256().digest()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  for (const length of [1, 55, 56, 63, 64, 65, 119, 120, 1000]) {
    const bytes = randomBytes(length);
    const hash = new Sha256();
    for (let at = 0; at < length; at += 7) hash.update(bytes.subarray(at, at + 7));
    expect(hash.digest()).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
});

test('writes base64 as Node does, and takes nothing else for it', () => {
  for (const length of [0, 1, 2, 3, 4, 100]) {
    const bytes = randomBytes(length);
    expect(toBase64(bytes)).toBe(bytes.toString('base64'));
    expect(fromBase64(bytes.toString('base64'))).toEqual(new Uint8Array(bytes));
  }
  for (const wrong of ['A', 'AAA', 'AA-_', 'A===', 'AA A', 'ÄAAA', 'AA=A']) expect(fromBase64(wrong)).toBeUndefined();
});

const ids = ['019a0000-0000-7000-8000-000000000001', '019a0000-0000-7000-8000-000000000002', '019a0000-0000-7000-8000-000000000003', '019a0000-0000-7000-8000-000000000004'] as const;
const created_at = '2026-01-02T03:04:05.678Z';
// 0.6 and 0.8 as little-endian float32.
const vector = 'mpkZP83MTD8=';
const face = { type: 'face', model_id: 'm', photo_id: null, box: null, quality: 0.5, metadata: {}, created_at, vector } as const;
const records: GalleryRecord[] = [
  { type: 'collection', id: ids[0], name: 'friends', keep_crops: false, metadata: {}, created_at },
  { type: 'person', id: ids[1], name: 'Ada 𝒳', external_id: null, metadata: { team: 'blue' }, created_at },
  { ...face, id: ids[2], person_id: ids[1] },
  { ...face, id: ids[3], person_id: null },
  { type: 'link', kind: 'cannot', a: ids[2], b: ids[3] },
];
const fields = { created_at, space_id: 's', size: 2, models: [{ model_id: 'm', faces: 2 }], counts: { persons: 1, faces: 2 } };

async function written(passphrase?: string, what: readonly GalleryRecord[] = records): Promise<string[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeGallery(fields, what, { passphrase, crypto: galleryCrypto })) chunks.push(chunk);
  return text(Buffer.concat(chunks)).split('\n').slice(0, -1);
}

async function read(lines: readonly string[] | Uint8Array, passphrase?: string, pieces = 10): Promise<ReadRecord[]> {
  const bytes = lines instanceof Uint8Array ? lines : Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const chunks = Array.from({ length: Math.ceil(bytes.length / pieces) }, (_, i) => bytes.subarray(i * pieces, (i + 1) * pieces));
  const all: ReadRecord[] = [];
  for await (const record of readGallery(chunks, { passphrase, crypto: galleryCrypto })) all.push(record);
  return all;
}

test('a file is JSON Lines, and its trailer has the SHA-256 of the lines before', async () => {
  const lines = await written();
  expect(JSON.parse(lines[0]!)).toEqual({ type: 'header', format: 'facenet-gallery', version: 1, ...fields, encryption: null });
  expect(lines.slice(1, -1).map((line) => JSON.parse(line) as unknown)).toEqual(records);
  const sha256 = createHash('sha256').update(lines.slice(0, -1).map((line) => `${line}\n`).join('')).digest('hex');
  expect(JSON.parse(lines.at(-1)!)).toEqual({ type: 'trailer', counts: { persons: 1, faces: 2, links: 1 }, sha256 });
});

test.each([1, 7, 100_000])('reads what was written, in pieces of %i bytes', async (pieces) => {
  const expected = records.map((each) => (each.type === 'face' ? { ...each, vector: Float32Array.of(0.6, 0.8) } : each));
  expect(await read(await written(), undefined, pieces)).toEqual(expected);
});

test('an encrypted file opens by scrypt and AES-256-GCM of another implementation', async () => {
  const lines = await written('correct horse');
  const { encryption: { kdf: { salt, n, r, p } } } = JSON.parse(lines[0]!) as { encryption: { kdf: { salt: string; n: number; r: number; p: number } } };
  const key = scryptSync('correct horse', Buffer.from(salt, 'base64'), 32, { N: n, r, p, maxmem: 2 ** 28 });
  const bound = createHash('sha256').update(lines[0]!).digest('hex');
  const opened = lines.slice(1, -1).map((line, i) => {
    const sealed = Buffer.from((JSON.parse(line) as { data: string }).data, 'base64');
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(i + 2, 8);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(bound)).setAuthTag(sealed.subarray(-16));
    return JSON.parse(Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString('utf8')) as unknown;
  });
  expect(opened).toEqual(records);
  expect(lines.join('')).not.toMatch(/Ada|friends/);
  expect(await read(lines, 'correct horse')).toHaveLength(5);
  await expect(read(lines)).rejects.toMatchObject({ line: 1, reason: 'passphrase' });
  await expect(read(lines, 'incorrect horse')).rejects.toMatchObject({ line: 2, reason: 'passphrase' });
  await expect(read([lines[0]!, lines[1]!, lines[3]!, lines[2]!, ...lines.slice(4)], 'correct horse')).rejects.toMatchObject({ line: 3, reason: 'checksum' });
  await expect(read([lines[0]!.replace('"space_id":"s"', '"space_id":"t"'), ...lines.slice(1)], 'correct horse')).rejects.toMatchObject({ line: 2 });
  // Each of six derivations of the key is half a second of work, and far more on a busy machine.
}, 240_000);

test('names the line that is wrong, and why', async () => {
  const lines = await written();
  const changed = (number: number, from: string | RegExp, to: string): string[] => lines.map((line, i) => (i === number - 1 ? line.replace(from, to) : line));
  const without = (number: number): string[] => lines.filter((_, i) => i !== number - 1);
  const cases: [readonly string[] | Uint8Array, object][] = [
    [Buffer.from('GIF89a\n'), { line: 1, reason: 'format', problem: 'the file is not a gallery' }],
    [Buffer.alloc(0), { line: 1, reason: 'format', problem: 'the file is empty' }],
    [Buffer.alloc(2 ** 19, 65), { line: 1, reason: 'format' }],
    [changed(1, '"version":1', '"version":2'), { line: 1, problem: 'the format has version 2, and 1 is read' }],
    [changed(3, 'Ada', 'Eve'), { line: 7, reason: 'checksum' }],
    [changed(3, '"name":"Ada 𝒳"', '"name":"a\\u0000"'), { line: 3, reason: 'format', problem: 'name: holds a character that cannot be stored' }],
    [changed(4, vector, 'AAAAAAAAAAA='), { line: 4, problem: 'vector: its length is 0.000 instead of 1' }],
    [changed(4, vector, 'AACAPw=='), { line: 4, problem: 'vector: 1 numbers, the header says 2' }],
    [changed(4, '"quality"', '"colour"'), { line: 4, reason: 'format' }],
    [changed(5, ids[3], ids[2]), { line: 5, problem: `the face ${ids[2]} was there before` }],
    [without(3), { line: 3, problem: `person_id: no line before has the person ${ids[1]}` }],
    [without(2), { line: 2, problem: 'the line after the header is not the collection' }],
    [without(6), { line: 6, reason: 'checksum', problem: 'the trailer says 1 links, the file has 0' }],
    [without(7), { line: 7, reason: 'truncated' }],
    [[...lines, lines[5]!], { line: 8, problem: 'a line after the trailer' }],
    [Buffer.from(lines.join('\n')).subarray(0, -5), { line: 7, reason: 'truncated', problem: 'the file ends within this line' }],
  ];
  for (const [file, error] of cases) await expect(read(file, undefined, 1000)).rejects.toMatchObject({ name: 'GalleryError', ...error });
});
