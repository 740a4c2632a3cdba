import { decide, judge, type Manifest } from '@facenet/export';
import type { Face } from '../gallery/index.ts';
import { createFaceIndex } from './face-index.ts';
import { recognise } from './recognise.ts';

type Thresholds = Pick<Manifest, 'thresholds'>;

const measured = { val: 0.9, falseAccepts: 1, pairsSame: 100, pairsDifferent: 1000, source: 'made up' };
const threshold = (queryModelId: string, galleryModelId: string, far: number, value: number) => ({ queryModelId, galleryModelId, far, threshold: value, ...measured });
const manifest: Thresholds = {
  thresholds: [threshold('tiny', 'tiny', 0.001, 0.5), threshold('tiny', 'tiny', 0.01, 0.8), threshold('tiny', 'heavy', 0.001, 1), threshold('tiny', 'heavy', 0.01, 1.2)],
};

let made = 0;
/** At an angle in degrees; the squared distance of two such is 2 − 2·cos of the difference. */
function face(personId: string | null, degrees: number, more: Partial<Face> = {}): Face {
  const angle = degrees * Math.PI / 180;
  return {
    id: `face-${made++}`, personId, modelId: 'tiny', spaceId: 'space', vector: Float32Array.of(Math.cos(angle), Math.sin(angle)),
    quality: null, photoId: null, box: null, hasCrop: false, createdAt: new Date(0), metadata: {}, ...more,
  };
}
const squared = (degrees: number): number => 2 - 2 * Math.cos(degrees * Math.PI / 180);
const probe = { vector: Float32Array.of(1, 0), modelId: 'tiny', spaceId: 'space' };
const who = (faces: readonly Face[], rule = {}) => recognise(probe, createFaceIndex(faces, 'space'), manifest, rule);

// Angles by hand: 0.5 is at 41.4°, 0.8 at 53.1°, the gap of 0.125 is a quarter of the threshold.
test('one face near enough is a match, with the distance of the closed form', () => {
  const answer = who([face('ada', 30), face('ada', 20), face('bob', 90)]);
  expect(answer).toMatchObject({ verdict: 'match', reason: 'close_enough', personId: 'ada', threshold: 0.5, ambiguousBelow: 0.8, far: 0.001, gap: { required: 0.125 } });
  expect(answer.distance).toBeCloseTo(squared(20), 6);
  expect(answer.gap.actual).toBeCloseTo(squared(90) - squared(20), 6);
  // One entry for each person, the closest of the faces.
  expect(answer.matches).toMatchObject([{ personId: 'ada', decision: 'match', similarity: expect.closeTo(Math.cos(20 * Math.PI / 180), 6) as number }]);
});

test.each([
  ['between the thresholds', [face('ada', 45)], { verdict: 'ambiguous', reason: 'between_thresholds', personId: null }],
  ['beyond them', [face('ada', 60)], { verdict: 'unknown', reason: 'too_far', personId: null, matches: [] }],
  ['with a second person close', [face('ada', 20), face('bob', -25)], { verdict: 'ambiguous', reason: 'second_person_close', personId: null }],
  ['with nobody there', [], { verdict: 'unknown', reason: 'nobody_enrolled', distance: null, threshold: 0.5, matches: [] }],
  ['with faces of nobody alone', [face(null, 5)], { verdict: 'unknown', reason: 'nobody_enrolled' }],
])('%s', (_, faces, expected) => {
  expect(who(faces)).toMatchObject(expected);
});

test('a face of the server’s model is judged by the threshold of the two models together', () => {
  // 0.83 at 54.2°: too far for two tiny ones, near for a tiny and a heavy one, and nearer than Bob by its share of its threshold.
  const answer = who([face('ada', 54, { modelId: 'heavy' }), face('bob', 48)]);
  expect(answer).toMatchObject({ verdict: 'match', personId: 'ada', threshold: 1, ambiguousBelow: 1.2 });
  expect(answer.matches[0]).toMatchObject({ modelId: 'heavy' });
});

test('faces of another space or without a threshold are left out, and counted', () => {
  const answer = who([face('ada', 20), face('bob', 1, { spaceId: 'elsewhere' }), face('cyn', 2, { modelId: 'stranger' }), face('cyn', 3, { modelId: 'stranger' })]);
  expect(answer).toMatchObject({ verdict: 'match', personId: 'ada', leftOut: { otherSpace: 1, withoutThreshold: 2 } });
});

test('without a threshold there is no verdict', () => {
  expect(() => who([face('ada', 20)], { far: 0.5 })).toThrow(/no threshold for a false-accept rate of 0\.5; the model has those for 0\.001, 0\.01/);
  expect(() => who([face('cyn', 2, { modelId: 'stranger' })])).toThrow(/no threshold .* together have none/);
  expect(() => recognise(probe, createFaceIndex([], 'space'), { thresholds: [] })).toThrow(/none was measured/);
});

test('a probe of another space or size is refused', () => {
  const index = createFaceIndex([face('ada', 20)], 'space');
  expect(() => recognise({ ...probe, spaceId: 'elsewhere' }, index, manifest)).toThrow(/space elsewhere cannot be searched among those of space/);
  expect(() => recognise({ ...probe, vector: Float32Array.of(1, 0, 0) }, index, manifest)).toThrow(/3 numbers, those of this device have 2/);
});

/** Numbers for tests: a linear congruential generator (Numerical Recipes' constants). */
function testRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

test('what is not handed to the rule makes no difference to it', () => {
  const random = testRandom(7);
  const seen = new Set<string>();
  for (let round = 0; round < 300; round++) {
    const faces = Array.from({ length: 1 + Math.floor(random() * 40) }, () => {
      const person = Math.floor(random() * 6);
      return face(`p${person}`, person * 60 + 40 * random(), { modelId: random() < 0.3 ? 'heavy' : 'tiny' });
    });
    const gap = random() < 0.5 ? random() * 0.3 : undefined;
    // The library's rule over every face, without an index.
    const all = faces.map((each) => ({
      personId: each.personId!, faceId: each.id,
      verdict: decide(manifest, { query: 'tiny', gallery: each.modelId }, each.vector.reduce((sum, value, i) => sum + (value - probe.vector[i]!) ** 2, 0), 0.001),
    }));
    const expected = judge(all, { gap, ownThreshold: 0.5 });
    const answer = who(faces, { limit: 100, ...(gap === undefined ? {} : { gap }) });
    seen.add(answer.reason);
    expect(answer).toMatchObject({ verdict: expected.verdict, reason: expected.reason, distance: expected.answer!.verdict.distance, gap: expected.gap });
    expect(answer.matches.map(({ faceId }) => faceId)).toEqual(expected.candidates.map(({ faceId }) => faceId));
  }
  expect([...seen].sort()).toEqual(['between_thresholds', 'close_enough', 'second_person_close', 'too_far']);
});
