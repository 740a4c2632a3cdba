import { dbscan, neighbourGraph } from '@facenet/evaluation';
import type { Link } from './links.ts';
import { type ClusterFace, clusterFaces, clusterSteps } from './cluster-faces.ts';
import { circle, randomFaces, squared, testRandom, truthfulLinks } from './faces.fixture.ts';
import { runGently } from './steps.ts';

const below = (degrees: number) => ({ threshold: () => squared(degrees) });
const shown = ({ groups }: { readonly groups: readonly (readonly string[])[] }): string[] => groups.map((ids) => ids.join(''));
const must = (a: string, b: string): Link => ({ kind: 'must', a, b });
const cannot = (a: string, b: string): Link => ({ kind: 'cannot', a, b });

describe('without constraints', () => {
  it('groups cores with their neighbours, and leaves the others alone', () => {
    // a to d are 1° apart; e has one neighbour, f; g none.
    const faces = circle([0, 1, 2, 3, 90, 91, 180]);
    expect(clusterFaces(faces, [], below(1.5))).toEqual({ groups: [['a', 'b', 'c', 'd']], single: ['e', 'f', 'g'] });
    expect(shown(clusterFaces(faces, [], { ...below(1.5), minFaces: 2 }))).toEqual(['abcd', 'ef']);
  });

  it.each([1, 2, 3, 4, 5, 6].flatMap((seed) => [2, 3, 5].map((minFaces) => [seed, minFaces] as const)))(
    'is DBSCAN for faces of seed %i with %i faces for a core, however few neighbours are remembered', (seed, minFaces) => {
      const faces = randomFaces(seed, { count: 150, people: 8, size: 6, spread: 0.8 });
      for (const threshold of [0.1, 0.3, 0.6]) {
        const graph = neighbourGraph({ data: Float32Array.from(faces.flatMap(({ vector }) => [...vector])), size: 6 }, threshold);
        const clusters = dbscan(graph, { minPoints: minFaces });
        const expected = [...new Set(faces.map((_, row) => faces.filter((_face, other) => clusters[other] === clusters[row]).map(({ id }) => id).join(' ')))];
        for (const kept of [1, 4, 32]) {
          const { groups, single } = clusterFaces(faces, [], { threshold: () => threshold, minFaces, kept });
          expect([...groups.map((ids) => ids.join(' ')), ...single].sort()).toEqual([...expected].sort());
        }
      }
    });

  it('measures each pair by the threshold of its models; those without one are no neighbours', () => {
    const faces = circle([0, 4, 8, 90, 94, 98]).map((face, i) => ({ ...face, modelId: ['v1', 'v2', 'v1', 'v1', 'v3', 'v1'][i]! }));
    const threshold = (a: string, b: string): number | undefined => (a === b ? squared(3) : `${a}${b}`.includes('v3') ? undefined : squared(5));
    expect(shown(clusterFaces(faces, [], { threshold, minFaces: 2 }))).toEqual(['abc']);
  });

  it('has nothing to say about no faces', () => {
    expect(clusterFaces([], [], below(1))).toEqual({ groups: [], single: [] });
  });
});

describe('with constraints', () => {
  it('does not put two faces of one photo together, and takes the closer one', () => {
    // b and c are of one photo; both are neighbours of a and d.
    const faces = circle([0, 1, 2.5, 1.2, 0.4], { b: 'party', c: 'party' });
    expect(clusterFaces(faces, [], below(3))).toEqual({ groups: [['a', 'b', 'd', 'e']], single: ['c'] });
  });

  it('keeps apart what cannot be linked, though everything between them is one person', () => {
    const faces = circle([0, 1, 2, 3, 4, 5]);
    const { groups } = clusterFaces(faces, [cannot('a', 'f')], { ...below(1.5), minFaces: 2 });
    const groupOf = (id: string): readonly string[] | undefined => groups.find((ids) => ids.includes(id));
    expect(groupOf('a')).toBeDefined();
    expect(groupOf('a')).not.toBe(groupOf('f'));
    expect(groups.flat()).toEqual(expect.arrayContaining(['b', 'c', 'd', 'e']));
  });

  it('keeps together what must be, however far, and does not count those who cannot be neighbours', () => {
    const faces = circle([0, 1, 2, 180, 90, 91, 92]);
    expect(shown(clusterFaces(faces, [must('a', 'd')], below(2.5)))).toEqual(['abcd', 'efg']);
    // With one of its two neighbours impossible, f is no core, and so is nobody else.
    expect(shown(clusterFaces(faces.slice(4), [cannot('f', 'g'), cannot('e', 'f')], below(2.5)))).toEqual([]);
  });

  it('lets a deferred face join one person, never make two of them one', () => {
    // e is 2.05° and 1.95° from cores of both sides, and no core itself.
    const faces = circle([0, 0.3, 0.6, 1, 3.05, 5, 5.3, 5.6, 6]);
    const options = { ...below(2.1), minFaces: 4 };
    expect(shown(clusterFaces(faces, [], options))).toEqual(['abcd', 'efghi']);
    // Two deferred faces that must be one person go where the closer of them belongs, here j's 1.75° to a.
    const pair = [...faces, ...circle([-1.75]).map((face) => ({ ...face, id: 'j' }))];
    expect(shown(clusterFaces(pair, [must('e', 'j')], options))).toEqual(['abcdej', 'fghi']);
    expect(shown(clusterFaces(pair, [must('e', 'j'), cannot('e', 'b')], options))).toEqual(['abcd', 'efghij']);
    // As cores, they do make them one.
    expect(shown(clusterFaces(faces, [], { ...options, minFaces: 3 }))).toEqual(['abcdefghi']);
  });

  it('ignores links of faces that are not there', () => {
    expect(shown(clusterFaces(circle([0, 1, 2]), [must('a', 'x'), cannot('x', 'y'), must('b', 'b')], below(1.5)))).toEqual(['abc']);
  });

  it('refuses what contradicts itself, and names the pairs', () => {
    const faces = circle([0, 1, 2, 90, 91], { a: 'party', d: 'party' });
    const group = (links: readonly Link[]) => () => clusterFaces(faces, links, below(1.5));
    expect(group([must('b', 'c'), cannot('c', 'b')])).toThrow('the faces b and c cannot be one person, but must be one person, since so must b and c');
    expect(group([must('b', 'c'), must('c', 'e'), must('d', 'a')])).toThrow('the faces d and a are of one photo, but must be one person, since so must d and a');
    expect(group([must('b', 'c'), must('e', 'c'), cannot('b', 'e')])).toThrow('the faces b and e cannot be one person, but must be one person, since so must b and c, c and e');
    let error: unknown;
    try { group([must('a', 'c'), must('c', 'd')])(); } catch (thrown) { error = thrown; }
    expect(error).toMatchObject({ name: 'LinkConflict', cannot: { a: 'a', b: 'd' }, must: [{ a: 'a', b: 'c' }, { a: 'c', b: 'd' }] });
  });
});

describe.each([11, 12, 13, 14, 15, 16, 17, 18])('for random faces and links of seed %i', (seed) => {
  const faces = randomFaces(seed, { count: 220, people: 12, size: 5, spread: 0.9, perPhoto: 4 });
  const links = truthfulLinks(seed + 100, faces, 120);
  const options = { threshold: () => 0.35, kept: 6 };
  const grouping = clusterFaces(faces, links, options);
  const groupOf = new Map(grouping.groups.flatMap((ids, group) => ids.map((id) => [id, group] as const)));

  it('holds every constraint', () => {
    expect(links.some(({ kind }) => kind === 'must') && links.some(({ kind }) => kind === 'cannot')).toBe(true);
    const together = (a: string, b: string): boolean => groupOf.get(a) !== undefined && groupOf.get(a) === groupOf.get(b);
    expect(links.filter(({ kind, a, b }) => together(a, b) !== (kind === 'must'))).toEqual([]);
    for (const ids of grouping.groups) {
      const photos = ids.map((id) => faces.find((face) => face.id === id)!.photoId);
      expect(new Set(photos).size).toBe(photos.length);
    }
  });

  it('has each face once, and joins something', () => {
    expect([...grouping.groups.flat(), ...grouping.single].sort()).toEqual(faces.map(({ id }) => id));
    expect(grouping.groups.length).toBeGreaterThan(3);
  });

  it('does not depend on the order of faces or links, nor on how it is run', async () => {
    const random = testRandom(seed);
    const shuffled = <T>(values: readonly T[]): T[] => values.map((value) => ({ value, at: random.next() })).sort((x, y) => x.at - y.at).map(({ value }) => value);
    expect(clusterFaces(shuffled<ClusterFace>(faces), shuffled(links), options)).toEqual(grouping);
    const shares: number[] = [];
    let pauses = 0;
    const gently = await runGently(clusterSteps(faces, links, options), {
      pause: () => { pauses++; return Promise.resolve(); }, steps: 1, onProgress: (share) => shares.push(share),
    });
    expect(gently).toEqual(grouping);
    expect(pauses).toBe(shares.length);
  });
});

test('stops when it is told to', async () => {
  const stop = new AbortController();
  const running = runGently(clusterSteps(circle([0, 1]), [], below(2)), { pause: () => { stop.abort(new Error('enough')); return Promise.resolve(); }, steps: 1, signal: stop.signal });
  await expect(running).rejects.toThrow('enough');
});
