import { recognizeFace, type Gallery, type Recognition } from './recognize-face.ts';

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
const squared = (degrees: number): number => 2 - 2 * Math.cos(radians(degrees));
const vector = (degrees: number): Float32Array => Float32Array.of(Math.cos(radians(degrees)), Math.sin(radians(degrees)));

/** Faces on the unit circle, by angle in degrees. */
function galleryOf(faces: readonly (readonly [identity: string, degrees: number])[]): Gallery {
  const people = [...new Set(faces.map(([identity]) => identity))];
  return {
    people,
    labels: Int32Array.from(faces, ([identity]) => people.indexOf(identity)),
    embeddings: { size: 2, data: Float32Array.from(faces.flatMap(([, degrees]) => [...vector(degrees)])) },
  };
}

/** Match below 20°, ambiguous below 40°; the gap is that of 5° around a distance of 0. */
const rule = { k: 5, threshold: squared(20), ambiguousBelow: squared(40), gap: squared(5), far: 1e-3 };
const ask = (faces: readonly (readonly [string, number])[], degrees: number, changes: Partial<typeof rule> = {}): Recognition =>
  recognizeFace(galleryOf(faces), vector(degrees), { ...rule, ...changes });

test('a close face is a match, judged by the distance of the person that is named', () => {
  const answer = ask([['ann', 0], ['ann', 90], ['ben', 180]], 10);
  expect(answer).toMatchObject({ decision: 'match', reason: 'close_enough', identity: 'ann', votes: { for: 1, of: 1 }, candidates: [] });
  expect(answer.distance).toBeCloseTo(squared(10), 6);
  expect(answer.runnerUp!.identity).toBe('ben');
  expect(answer.runnerUp!.distance).toBeCloseTo(squared(170), 6);
  expect(answer.gap).toBeCloseTo(squared(170) - squared(10), 6);
});

test('many faces of someone farther than the threshold do not outvote one close face', () => {
  const answer = ask([['ann', 0], ['ben', 60], ['ben', 61], ['ben', 62], ['ben', 63]], 5);
  expect(answer).toMatchObject({ decision: 'match', identity: 'ann', votes: { for: 1, of: 1 } });
});

test('most votes below the threshold name, and someone closer with fewer votes makes it ambiguous', () => {
  // Ben: 12°, 13° and 14° off; Ann 2° off.
  const answer = ask([['ann', 2], ['ben', 12], ['ben', 13], ['ben', 14]], 0);
  expect(answer).toMatchObject({ decision: 'ambiguous', reason: 'second_person_close', identity: null, votes: { for: 3, of: 4 } });
  expect(answer.distance).toBeCloseTo(squared(12), 6);
  expect(answer.gap).toBeCloseTo(squared(2) - squared(12), 6);
  expect(answer.candidates.map(({ identity }) => identity)).toEqual(['ann', 'ben']);
});

test('of people with as many votes the closest is the answer', () => {
  expect(ask([['ben', 12], ['ann', -3]], 0, { gap: 0 })).toMatchObject({ decision: 'match', identity: 'ann', votes: { for: 1, of: 2 } });
});

test('only the k closest faces vote', () => {
  const faces = [['ann', 1], ['ben', 15], ['ben', 16]] as const;
  expect(ask(faces, 0, { k: 1, gap: 0 })).toMatchObject({ decision: 'match', identity: 'ann', votes: { for: 1, of: 1 } });
  // With all three Ben has more votes, but Ann is closer.
  expect(ask(faces, 0, { k: 3, gap: 0 })).toMatchObject({ decision: 'ambiguous', votes: { for: 2, of: 3 } });
});

test('a second person within the gap makes it ambiguous, one just beyond does not', () => {
  const gap = squared(12) - squared(10);
  expect(ask([['ann', 10], ['ben', -12]], 0, { gap: gap + 1e-6 })).toMatchObject({
    decision: 'ambiguous', identity: null, reason: 'second_person_close', candidates: [{ identity: 'ann' }, { identity: 'ben' }],
  });
  expect(ask([['ann', 10], ['ben', -12]], 0, { gap: gap - 1e-6 })).toMatchObject({ decision: 'match', identity: 'ann' });
});

test('between the thresholds it is ambiguous, with those who are not too far as candidates', () => {
  expect(ask([['ann', 25], ['ben', -35], ['cem', 70]], 0)).toMatchObject({
    decision: 'ambiguous', reason: 'between_thresholds', identity: null, votes: { for: 0, of: 0 },
    candidates: [{ identity: 'ann' }, { identity: 'ben' }],
  });
});

test('from the second threshold on nobody is named, not even a runner-up', () => {
  const answer = ask([['ann', 41], ['ben', -42]], 0);
  expect(answer).toMatchObject({ decision: 'unknown', reason: 'too_far', identity: null, runnerUp: null, gap: null, candidates: [] });
  expect(answer.distance).toBeCloseTo(squared(41), 6);
});

test('a gallery of one person has no runner-up', () => {
  expect(ask([['ann', 3]], 0)).toMatchObject({ decision: 'match', identity: 'ann', runnerUp: null, gap: null });
});

test('a match is always the person whose own closest face is below the threshold', () => {
  const random = ((state) => () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32)(5);
  for (let round = 0; round < 300; round++) {
    const faces = Array.from({ length: 12 }, () => [`p${Math.floor(4 * random())}`, 90 * random()] as const);
    const probe = 90 * random();
    const { decision, identity, distance } = ask(faces, probe, { gap: 0.01 * random(), k: 1 + Math.floor(6 * random()) });
    if (decision !== 'match') continue;
    const own = Math.min(...faces.filter(([person]) => person === identity).map(([, degrees]) => squared(degrees - probe)));
    const others = Math.min(...faces.filter(([person]) => person !== identity).map(([, degrees]) => squared(degrees - probe)));
    expect(own).toBeCloseTo(distance, 6);
    expect(own).toBeLessThan(rule.threshold + 1e-6);
    // Nobody is closer than the one who is named.
    expect(own).toBeLessThan(others + 1e-6);
  }
});
