import { judge, type JudgedNeighbour } from './judge.ts';

interface Face extends JudgedNeighbour {
  readonly faceId: string;
}

/** A pair of models is told by its threshold; ambiguous up to half as much again. */
function at(personId: string, distance: number, threshold = 0.4): Face {
  const ambiguousBelow = 1.5 * threshold;
  const decision = distance < threshold ? 'match' : distance < ambiguousBelow ? 'ambiguous' : 'unknown';
  return { personId, faceId: `${personId}-${distance}`, verdict: { decision, distance, threshold, ambiguousBelow, far: 1e-3 } };
}
const rule = { ownThreshold: 0.4 };
const people = (candidates: readonly Face[]): string[] => candidates.map(({ faceId }) => faceId);

test('names the closest, once, by the best of that person’s faces', () => {
  const { verdict, reason, answer, runnerUp, candidates, gap } = judge([at('ada', 0.3), at('ada', 0.1), at('eve', 0.9), at('ada', 0.2)], rule);
  expect([verdict, reason, answer?.faceId, runnerUp?.faceId, people(candidates)]).toEqual(['match', 'close_enough', 'ada-0.1', 'eve-0.9', ['ada-0.1']]);
  expect(gap).toEqual({ required: 0.1, actual: expect.closeTo(0.8) as number });
});

test('is ambiguous when a second person is within the gap, wherever the thresholds are', () => {
  const { verdict, reason, candidates } = judge([at('ada', 0.38), at('eve', 0.45)], rule);
  expect([verdict, reason, people(candidates)]).toEqual(['ambiguous', 'second_person_close', ['ada-0.38', 'eve-0.45']]);
  expect(judge([at('ada', 0.38), at('eve', 0.45)], { ...rule, gap: 0.05 }).verdict).toBe('match');
});

test('is ambiguous between the thresholds, and unknown from the second one on', () => {
  expect(judge([at('ada', 0.5)], rule)).toMatchObject({ verdict: 'ambiguous', reason: 'between_thresholds', votes: { for: 0, of: 0 } });
  expect(judge([at('ada', 0.61)], rule)).toMatchObject({ verdict: 'unknown', reason: 'too_far', candidates: [] });
  expect(judge([], rule)).toMatchObject({ verdict: 'unknown', reason: 'nobody_enrolled', answer: null, runnerUp: null, gap: { required: 0.1, actual: null } });
});

test('puts faces of two models in order by their share of their own threshold', () => {
  // 0.5 of 1.0 is closer than 0.3 of 0.4.
  const { verdict, answer } = judge([at('eve', 0.3, 0.4), at('ada', 0.5, 1)], { ...rule, gap: 0.1 });
  expect([verdict, answer?.personId]).toEqual(['match', 'ada']);
});

test('with votes, most matching faces name, and someone closer with fewer makes it ambiguous', () => {
  const faces = [at('ada', 0.05), at('eve', 0.2), at('eve', 0.25), at('eve', 0.3)];
  const { verdict, reason, answer, runnerUp, votes, gap } = judge(faces, { ...rule, votes: 4 });
  expect([verdict, reason, answer?.faceId, runnerUp?.faceId, votes]).toEqual(['ambiguous', 'second_person_close', 'eve-0.2', 'ada-0.05', { for: 3, of: 4 }]);
  expect(gap.actual).toBeCloseTo(-0.15, 12);
  // The closest alone: Eve's many faces do not stand in Ada's way.
  expect(judge(faces, rule)).toMatchObject({ verdict: 'match', answer: { faceId: 'ada-0.05' }, votes: { for: 1, of: 1 } });
});

test('faces that do not match have no vote, and of as many votes the closest person is the answer', () => {
  const far = [0.41, 0.42, 0.43].map((distance) => at('eve', distance));
  expect(judge([at('ada', 0.1), ...far], { ...rule, votes: 4 })).toMatchObject({ verdict: 'match', answer: { personId: 'ada' }, votes: { for: 1, of: 1 } });
  expect(judge([at('eve', 0.3), at('ada', 0.1)], { ...rule, votes: 2, gap: 0 })).toMatchObject({ verdict: 'match', answer: { personId: 'ada' }, votes: { for: 1, of: 2 } });
});
