import type { Manifest, Threshold } from './manifest.ts';
import { decide, type MeasuredThreshold, type ModelPair, thresholdFor, withThresholds } from './verdict.ts';

const [a, b, c] = ['aa', 'bb', 'cc'].map((byte) => byte.repeat(32)) as [string, string, string];
const own: ModelPair = { query: a, gallery: a };
const at = (far: number, threshold: number, { query, gallery } = own): Threshold => ({
  queryModelId: query, galleryModelId: gallery, far, threshold, val: 1, falseAccepts: 1, pairsSame: 10, pairsDifferent: 10_000, source: 'others',
});
const manifest = { thresholds: [at(0.001, 0.8), at(0.01, 1.1), at(0.1, 1.5)] };

test.each([
  [0.79, 0.001, 'match'],
  [0.8, 0.001, 'ambiguous'],
  [1.09, 0.001, 'ambiguous'],
  [1.1, 0.001, 'unknown'],
  [1.1, 0.01, 'ambiguous'],
  [1.5, 0.01, 'unknown'],
  // Ten times this rate accepts everything.
  [3.9, 0.1, 'ambiguous'],
] as const)('a distance of %d at FAR %d is %s', (distance, far, decision) => {
  expect(decide(manifest, own, distance, far).decision).toBe(decision);
});

test('says which thresholds it went by', () => {
  expect(decide(manifest, own, 1, 0.001)).toEqual({ decision: 'ambiguous', distance: 1, threshold: 0.8, ambiguousBelow: 1.1, far: 0.001 });
});

test('refuses a rate without a threshold and lists those there are', () => {
  expect(() => decide(manifest, own, 1, 1e-4)).toThrow('no threshold for a false-accept rate of 0.0001; the model has those for 0.001, 0.01, 0.1');
  expect(() => decide({ thresholds: [at(0.001, 0.8)] }, own, 1, 0.001)).toThrow('no threshold for a false-accept rate of 0.01; the model has those for 0.001');
  expect(() => decide({ thresholds: [] }, own, 1, 0.001)).toThrow('the model has none');
});

describe('of two models', () => {
  const across = { query: b, gallery: a };
  const both = { thresholds: [...manifest.thresholds, at(0.001, 0.6, across), at(0.01, 0.9, across)] };

  test('the pair has its own thresholds, in either order, and no other pair has them', () => {
    expect(decide(both, across, 0.7, 0.001)).toMatchObject({ decision: 'ambiguous', threshold: 0.6, ambiguousBelow: 0.9 });
    expect(decide(both, { query: a, gallery: b }, 0.7, 0.001)).toMatchObject({ decision: 'ambiguous', threshold: 0.6 });
    expect(decide(both, own, 0.7, 0.001).decision).toBe('match');
    expect(() => thresholdFor(both, across, 0.1)).toThrow('0.1; the models bbbbbbbb and aaaaaaaa together have those for 0.001, 0.01');
    expect(() => thresholdFor(both, { query: c, gallery: a }, 0.1)).toThrow('the models cccccccc and aaaaaaaa together have none');
  });

  test('new thresholds replace those of their own pair only', () => {
    const measured: MeasuredThreshold = { far: 0.01, threshold: 0.7, val: 1, falseAccepts: 1, pairsSame: 10, pairsDifferent: 10_000, source: 'others' };
    const { thresholds } = withThresholds(both as unknown as Manifest, across, [measured, { ...measured, far: 0.001, threshold: 0.5 }]);
    expect(thresholds).toEqual([...manifest.thresholds, at(0.001, 0.5, across), at(0.01, 0.7, across)]);
  });
});
