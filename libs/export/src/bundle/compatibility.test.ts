import { adoptSpace, type CompatibilityReport, isCompatible, withCompatibility } from './compatibility.ts';
import type { Manifest } from './manifest.ts';

const val = (value: number) => ({ value, low: value - 0.01, high: value + 0.01, threshold: 1, far: 0.001, falseAccepts: 9, pairsSame: 100, pairsDifferent: 9000 });
const rank = (value: number) => ({ value, low: value - 0.01, high: value + 0.01, probes: 80 });

/** v1 alone, v2 alone, v2 in v1's gallery, and for rank 1 the reverse. */
function report(vals: readonly [number, number, number], ranks: readonly [number, number, number, number]): CompatibilityReport {
  const [gallery, query, cross] = vals.map(val) as [CompatibilityReport['val']['gallery'], CompatibilityReport['val']['query'], CompatibilityReport['val']['cross']];
  const cells = ranks.map(rank);
  const measured = { val: { gallery, query, cross }, rank1: { gallery: cells[0]!, query: cells[1]!, cross: cells[2]!, crossReverse: cells[3]! } };
  return {
    galleryModelId: 'ab'.repeat(32), gallerySpaceId: 'server', galleryName: 'v1', images: { source: 'others', identities: 10, images: 80 },
    far: 0.001, ...measured, passes: isCompatible(measured),
  };
}

const manifest = { name: 'v2', modelId: 'cd'.repeat(32), spaceId: 'space-cdcdcdcdcdcdcdcd', compatibility: [] } as unknown as Manifest;

test.each<[string, readonly [number, number, number], readonly [number, number, number, number], boolean]>([
  ['between both models', [0.6, 0.8, 0.7], [0.7, 0.9, 0.8, 0.75], true],
  ['equal to the weaker one', [0.6, 0.8, 0.6], [0.7, 0.9, 0.7, 0.7], true],
  ['equal to the weaker one, which is the new model', [0.8, 0.5, 0.5], [0.9, 0.6, 0.6, 0.6], true],
  ['below it in VAL', [0.6, 0.8, 0.59], [0.7, 0.9, 0.8, 0.8], false],
  ['below it in rank 1', [0.6, 0.8, 0.7], [0.7, 0.9, 0.69, 0.8], false],
  ['below it in reverse only', [0.6, 0.8, 0.7], [0.7, 0.9, 0.8, 0.69], false],
  ['as good as a model that tells no one apart', [0.6, 0.001, 0.001], [0.7, 0, 0.1, 0.1], false],
  ['not measured', [0.6, 0.8, NaN], [0.7, 0.9, 0.8, 0.8], false],
])('cells across %s: a report passes or not', (_, vals, ranks, passes) => {
  const measured = report(vals, ranks);
  expect(measured.passes).toBe(passes);
  if (passes) expect(adoptSpace(manifest, measured)).toEqual({ ...manifest, spaceId: 'server', compatibility: [measured] });
  else expect(() => adoptSpace(manifest, measured)).toThrow("v2 cannot take the space 'server' of v1");
});

test('a report that claims to pass and does not is refused, with what falls short', () => {
  const failing = { ...report([0.6, 0.8, 0.59], [0.7, 0.9, 0.8, 0.69]), passes: true };
  expect(() => adoptSpace(manifest, failing)).toThrow(
    'VAL across is 59.00 %, below 60.00 %; rank 1 across, in reverse is 69.00 %, below 70.00 %; expected at least the weaker of both models alone',
  );
});

test('a new report about a gallery replaces the old one and leaves others', () => {
  const [first, again] = [report([0.6, 0.8, 0.7], [0.7, 0.9, 0.8, 0.8]), report([0.6, 0.8, 0.65], [0.7, 0.9, 0.8, 0.8])];
  const other = { ...first, galleryModelId: 'ef'.repeat(32) };
  expect(withCompatibility({ ...manifest, compatibility: [first, other] }, again).compatibility).toEqual([other, again]);
});
