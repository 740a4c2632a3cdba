import { circle, randomFaces, squared } from './faces.fixture.ts';
import { type FaceGroup, suggestSame } from './suggest.ts';

const options = { match: () => squared(2), ambiguous: () => squared(10) };

/** Groups of faces on the circle: `P` a person, `q` a cluster. */
function groupsOf(places: Readonly<Record<string, readonly number[]>>, photos: Readonly<Record<string, string>> = {}): FaceGroup[] {
  const names = Object.keys(places);
  const faces = circle(Object.values(places).flat(), photos);
  return names.map((id): FaceGroup => ({ id, kind: id === id.toUpperCase() ? 'person' : 'cluster', faces: faces.splice(0, places[id]!.length) }));
}

test('asks about groups whose closest faces are near, the nearest first, and names those faces', () => {
  const found = suggestSame(groupsOf({ P: [0, 1], q: [7, 12], r: [13.5, 40], s: [100] }), [], options);
  expect(found.map(({ a, b, faceA, faceB, decision }) => `${a} ${b} ${faceA}${faceB} ${decision}`)).toEqual(['q r de match', 'P q bc ambiguous']);
  expect(found[1]!.distance).toBeCloseTo(squared(6), 6);
  expect(suggestSame(groupsOf({ P: [0, 1], q: [7, 12], r: [13.5, 40] }), [], { ...options, limit: 1 })).toHaveLength(1);
});

test('does not ask about two persons, nor about groups that cannot be one', () => {
  const places = { P: [0, 20], Q: [1], r: [4], s: [19] };
  const asked = (links: Parameters<typeof suggestSame>[1], photos = {}) => suggestSame(groupsOf(places, photos), links, options).map(({ a, b }) => `${a}${b}`);
  expect(asked([])).toEqual(['Ps', 'Qr', 'Pr']);
  // Faces: a and b of P, c of Q, d of r, e of s.
  expect(asked([{ kind: 'cannot', a: 'e', b: 'a' }])).toEqual(['Qr', 'Pr']);
  expect(asked([], { d: 'party', b: 'party' })).toEqual(['Ps', 'Qr']);
});

test('measures each pair of faces by the thresholds of their models', () => {
  const groups = groupsOf({ p: [0], q: [6], r: [12] }).map((group, i) => ({ ...group, faces: group.faces.map((face) => ({ ...face, modelId: i === 2 ? 'v2' : 'v1' })) }));
  const ambiguous = (a: string, b: string): number | undefined => (a === b ? squared(7) : undefined);
  expect(suggestSame(groups, [], { ...options, ambiguous }).map(({ a, b }) => a + b)).toEqual(['pq']);
});

test.each([1, 2, 3])('finds what comparing everything finds (seed %i)', (seed) => {
  const faces = randomFaces(seed, { count: 130, people: 20, size: 5, spread: 0.9 });
  const groups = Array.from({ length: 20 }, (_, i): FaceGroup => ({ id: `g${i}`, kind: 'cluster', faces: faces.filter((_face, at) => at % 20 === i) }));
  const expected = groups.flatMap((a, i) => groups.slice(i + 1).map((b) => ({
    pair: a.id + b.id,
    distance: Math.min(...a.faces.flatMap((x) => b.faces.map((y) => x.vector.reduce((sum, value, at) => sum + (value - y.vector[at]!) ** 2, 0)))),
  }))).filter(({ distance }) => distance < 0.1).sort((x, y) => x.distance - y.distance);
  const found = suggestSame(groups, [], { match: () => 0.05, ambiguous: () => 0.1 });
  expect(expected.length).toBeGreaterThan(3);
  expect(found.map(({ a, b }) => a + b)).toEqual(expected.map(({ pair }) => pair));
  found.forEach(({ distance, decision }, i) => {
    expect(distance).toBeCloseTo(expected[i]!.distance, 9);
    expect(decision).toBe(distance < 0.05 ? 'match' : 'ambiguous');
  });
});
