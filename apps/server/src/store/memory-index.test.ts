import { MemoryIndex } from './memory-index.ts';
import { clusteredVectors, nearestPlaces } from './testing/random-vectors.ts';

// More than are looked at in one go, and a size that is no multiple of what is summed at once.
const [count, size] = [120_000, 19];
const vectors = clusteredVectors({ count: count + 3, size, clusters: 1_000, spread: 0.5, seed: 7 });
const index = new MemoryIndex(size);
vectors.slice(0, count).forEach((vector, place) => { index.put({ faceId: String(place), personId: place % 2 === 0 ? 'somebody' : null, modelId: 'm' }, vector); });

test.each([0, 1, 2])('finds what looking at every one in double precision finds, in one go and in turns (query %d)', async (query) => {
  const vector = vectors[count + query]!;
  const expected = nearestPlaces(vector, vectors.slice(0, count), 10).map(String);
  expect(index.nearest(vector, 10, false).map(({ faceId }) => faceId)).toEqual(expected);
  expect((await index.nearestGently(vector, 10, false)).map(({ faceId }) => faceId)).toEqual(expected);
});

test('lets others have their turn', async () => {
  const search = index.nearestGently(vectors[0]!, 1, false);
  await new Promise((resolve) => { setImmediate(resolve); });
  expect(await Promise.race([search.then(() => 'done'), Promise.resolve('still looking')])).toBe('still looking');
  await search;
});

test('finds among named faces alone, and a face where it is now', () => {
  expect(index.nearest(vectors[1]!, 5, true).every(({ personId }) => personId === 'somebody')).toBe(true);
  index.put({ faceId: '1', personId: 'other', modelId: 'm' }, vectors[count]!);
  expect(index.nearest(vectors[count]!, 1, false)).toMatchObject([{ faceId: '1', personId: 'other', distance: 0 }]);
});
