import { testEmbeddings, testRandom } from './embeddings.fixture.ts';
import { identifyClosedSet, identifyOpenSet, measureIdentification, type Labelled } from './index.ts';

const size = 6;
const random = testRandom(8);
/** 60 people: a third with one image, the others with 2 to 6, mixed. */
const people = Array.from({ length: 60 }, (_, person) => new Array<number>(person % 3 === 0 ? 1 : 2 + (person % 5)).fill(person)).flat()
  .map((person) => ({ person, at: random.next() })).sort((a, b) => a.at - b.at).map(({ person }) => person);
const labels = Int32Array.from(people);
const embeddings = { data: testEmbeddings(people, size, 1.1, 4), size };

const rows = (chosen: readonly number[]): Labelled => ({
  labels: Int32Array.from(chosen, (row) => labels[row]!),
  embeddings: { size, data: Float32Array.from(chosen.flatMap((row) => [...embeddings.data.subarray(row * size, (row + 1) * size)])) },
});
const all = [...people.keys()];
const isFirst = (row: number): boolean => people.indexOf(people[row]!) === row;
const isOften = (row: number): boolean => people.filter((person) => person === people[row]).length > 1;

test('the closed set enrols the first image of everyone with two, and asks with the others', () => {
  const { closed } = measureIdentification(embeddings, labels, { ranks: 5, resamples: 50 });
  const gallery = all.filter((row) => isOften(row) && isFirst(row));
  const expected = identifyClosedSet(rows(gallery), rows(all.filter((row) => isOften(row) && !isFirst(row))), 5);
  expect(closed).toMatchObject({ ...expected, enrolled: gallery.length, withoutMate: 0 });
  expect(closed.cmc[0]).toBeLessThan(1);
});

test('the open set enrols every other one of them; all images of the rest are strangers', () => {
  const { open } = measureIdentification(embeddings, labels, { fpir: 0.05, resamples: 50 });
  const gallery = all.filter((row) => isOften(row) && isFirst(row)).filter((_, index) => index % 2 === 0);
  const expected = identifyOpenSet(rows(gallery), rows(all.filter((row) => !gallery.includes(row))), 0.05);
  expect(open).toMatchObject({ ...expected, enrolled: gallery.length });
  const known = new Set(gallery.map((row) => people[row]));
  expect(expected.unknown).toBe(people.filter((person) => !known.has(person)).length);
});

test('intervals are those of people drawn again: about two standard errors of a mean over people', () => {
  const { closed, open } = measureIdentification(embeddings, labels, { fpir: 0.05, seed: 3, resamples: 2000 });
  if (open.refused !== undefined) throw new Error(open.refused);
  // Of a share in which people weigh by their images: the delta method's standard error of a ratio.
  const gallery = all.filter((row) => isOften(row) && isFirst(row));
  const shares = [...new Set(people)].filter((person) => people.filter((each) => each === person).length > 1).map((person) => {
    const own = all.filter((row) => people[row] === person && !isFirst(row));
    return { own: own.length, found: own.length * identifyClosedSet(rows(gallery), rows(own), 1).rank1 };
  });
  const asked = shares.reduce((sum, { own }) => sum + own, 0);
  const error = Math.sqrt(shares.reduce((sum, { own, found }) => sum + (found - closed.rank1 * own) ** 2, 0)) / asked;
  expect(closed.interval.high - closed.interval.low).toBeGreaterThan(0.8 * 2 * 1.96 * error);
  expect(closed.interval.high - closed.interval.low).toBeLessThan(1.2 * 2 * 1.96 * error);
  expect(closed.interval.method).toContain('bootstrap over identities');
  expect(open.interval.low).toBeLessThanOrEqual(open.value);
  expect(open.interval.high).toBeGreaterThanOrEqual(open.value);
});

test('a rate that the strangers cannot support is refused, the closed set is not', () => {
  const { closed, open } = measureIdentification(embeddings, labels, { fpir: 1e-3, resamples: 20 });
  expect(closed.queries).toBeGreaterThan(0);
  expect(open).toEqual({ fpir: 1e-3, refused: expect.stringMatching(/FPIR 0.001 allows no false positive among \d+ unknown queries: at least 1000 are needed/) as string });
});

test('refuses people of whom only one has two images', () => {
  expect(() => measureIdentification({ size: 2, data: Float32Array.of(1, 0, 1, 0, 0, 1) }, Int32Array.of(0, 0, 1)))
    .toThrow('expected at least 2 people with two images, got 1');
});
