import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { facenet } from './run-command.fixture.ts';

let folder: string;
const at = (name: string): string => path.join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'facenet-pairs-'));
  // Only names matter; the numbers do not start at 1.
  for (let person = 0; person < 24; person++) {
    const name = `Person_${person}`;
    mkdirSync(at(`people/${name}`), { recursive: true });
    for (let image = 0; image < 5; image++) writeFileSync(at(`people/${name}/${name}_${String(image + 3).padStart(4, '0')}.jpg`), '');
  }
});
afterAll(() => { rmSync(folder, { recursive: true }); });

test('draws a list in LFW’s format, of images that exist, sets sharing nobody', async () => {
  const { code, stdout } = await facenet('dataset', 'pairs', at('people'), '--out', at('pairs.txt'), '--seed', '1', '--sets', '3', '--per-set', '20', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ out: at('pairs.txt'), sets: 3, perSet: 20, pairs: 120, people: 24, seed: 1 });
  const [header, ...lines] = readFileSync(at('pairs.txt'), 'utf8').trimEnd().split('\n').map((line) => line.split('\t'));
  expect(header).toEqual(['3', '20']);
  expect(lines.map(({ length }) => length)).toEqual(Array.from({ length: 120 }, (_, i) => (i % 40 < 20 ? 3 : 4)));
  const sets = new Map<string, Set<number>>();
  lines.forEach((fields, i) => {
    for (const field of fields) {
      if (/^\d+$/.test(field)) expect(Number(field)).toBeGreaterThanOrEqual(3);
      else sets.set(field, (sets.get(field) ?? new Set()).add(Math.floor(i / 40)));
    }
  });
  expect([...sets.values()].every(({ size }) => size === 1)).toBe(true);
  await facenet('dataset', 'pairs', at('people'), '--out', at('again.txt'), '--sets', '3', '--per-set', '20');
  expect(readFileSync(at('again.txt'), 'utf8')).toBe(readFileSync(at('pairs.txt'), 'utf8'));
  await facenet('dataset', 'pairs', at('people'), '--out', at('other.txt'), '--sets', '3', '--per-set', '20', '--seed', '2');
  expect(readFileSync(at('other.txt'), 'utf8')).not.toBe(readFileSync(at('pairs.txt'), 'utf8'));
});

test('without --per-set draws as many as the images allow', async () => {
  // Two people of the last sets have 5 images each: 10 pairs a person.
  const { stdout } = await facenet('dataset', 'pairs', at('people'), '--out', at('most.txt'), '--json');
  expect(JSON.parse(stdout)).toMatchObject({ sets: 10, perSet: 20, pairs: 400 });
});

test.each([
  [['--per-set', '21'], 'people: 10 sets of 21 pairs were asked for, the images allow sets of 20'],
  [['--sets', '13'], 'people: 13 sets need at least 26 people, there are 24; ask for fewer with --sets'],
  [['--sets', '1'], 'expected a whole number of at least 2'],
])('refuses %j', async (args, message) => {
  const { code, stderr } = await facenet('dataset', 'pairs', at('people'), '--out', at('none.txt'), ...args);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) as string });
});
