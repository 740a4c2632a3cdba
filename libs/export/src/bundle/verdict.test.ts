import type { Threshold } from './manifest.ts';
import { decide } from './verdict.ts';

const at = (far: number, threshold: number): Threshold => (
  { far, threshold, val: 1, falseAccepts: 1, pairsSame: 10, pairsDifferent: 10_000, source: 'others' }
);
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
  expect(decide(manifest, distance, far).decision).toBe(decision);
});

test('says which thresholds it went by', () => {
  expect(decide(manifest, 1, 0.001)).toEqual({ decision: 'ambiguous', distance: 1, threshold: 0.8, ambiguousBelow: 1.1, far: 0.001 });
});

test('refuses a rate without a threshold and lists those there are', () => {
  expect(() => decide(manifest, 1, 1e-4)).toThrow('no threshold for a false-accept rate of 0.0001; the model has those for 0.001, 0.01, 0.1');
  expect(() => decide({ thresholds: [at(0.001, 0.8)] }, 1, 0.001)).toThrow('no threshold for a false-accept rate of 0.01; the model has those for 0.001');
  expect(() => decide({ thresholds: [] }, 1, 0.001)).toThrow('the model has none');
});
