import { squaredDistancesExact } from './distances.ts';
import { createPlainWorkspace } from './kernels/plain.ts';
import { createWorkspace } from './kernels/create-workspace.ts';
import { reductions } from './loss/reduction.ts';
import { tripletLoss } from './loss/triplet-loss.ts';
import { parseSelection, selectionDefaults, type Selection } from './selection/selection.ts';
import { selectTriplets } from './selection/select-triplets.ts';
import { tripletStep } from './step.ts';
import { clusteredEmbeddings, seededRandom } from './testing.ts';

const margin = 0.2;
const labels = Int32Array.from({ length: 46 }, (_, i) => (i < 3 ? 50 + i : i % 6));
const batch = (d: number, spread = 3) => ({ embeddings: clusteredEmbeddings(labels, d, spread, seededRandom(d)), labels, size: d, margin });
const selections = Object.values(selectionDefaults).map((selection) => [selection.kind, selection] as const);
const largest = (values: Iterable<number>): number => Math.max(...Array.from(values, Math.abs));

describe.each(selections)('a step with %s', (_, selection) => {
  it.each([3, 64, 128, 256, 512])('has the loss and gradient of its triplets, computed from the definition: d %i', (d) => {
    const { loss, gradient, statistics } = tripletStep({ ...batch(d), selection, random: seededRandom(1) });
    const triplets = selectTriplets({ ...batch(d), selection, random: seededRandom(1) });
    const exact = tripletLoss(batch(d).embeddings, d, triplets, margin);
    expect(statistics.triplets).toBe(triplets.anchors.length);
    expect(statistics.active).toBeGreaterThan(0);
    expect(Math.abs(loss - exact.loss)).toBeLessThan(1e-6);
    const error = gradient.reduce((most, x, i) => Math.max(most, Math.abs(x - exact.gradient[i]!)), 0);
    expect(error).toBeLessThan(2e-6 * largest(exact.gradient));
  });

  it('has the gradient of finite differences of the loss of the fixed triplets, in float64', () => {
    const { embeddings, size } = batch(8);
    const triplets = selectTriplets({ embeddings, labels, margin, selection, random: seededRandom(1) });
    const { gradient } = tripletStep({ embeddings, labels, size, margin, selection, random: seededRandom(1) });
    const loss = (rows: Float64Array): number => {
      const distances = squaredDistancesExact(rows, labels.length, size);
      const d = (i: number, j: number): number => distances[i * labels.length + j]!;
      const losses = Array.from(triplets.anchors, (a, i) => Math.max(0, d(a, triplets.positives[i]!) - d(a, triplets.negatives[i]!) + margin));
      return losses.reduce((sum, x) => sum + x, 0) / losses.length;
    };
    const step = 1e-6;
    for (let i = 0; i < embeddings.length; i += 7) {
      const [up, down] = [Float64Array.from(embeddings), Float64Array.from(embeddings)];
      up[i]! += step;
      down[i]! -= step;
      // float32 leaves 1e-7 of the largest term.
      expect(Math.abs((loss(up) - loss(down)) / (2 * step) - gradient[i]!)).toBeLessThan(1e-6 * largest(gradient) + 1e-9);
    }
  });

  it('gives the same numbers for the same seed, and those of plain loops', () => {
    const run = (workspace = createWorkspace()) => tripletStep({ ...batch(128), selection, random: seededRandom(7), workspace });
    const shared = createWorkspace();
    const first = run(shared);
    tripletStep({ ...batch(64, 1), selection, random: seededRandom(8), workspace: shared });
    expect(run(shared)).toEqual(first);
    expect(run()).toEqual(first);
    expect(run(createPlainWorkspace())).toEqual(first);
  });

  it('has nothing to learn from identities far apart', () => {
    const { loss, gradient, statistics } = tripletStep({ ...batch(128, 0.01), selection, random: seededRandom(7) });
    expect(loss).toBe(0);
    expect(largest(gradient)).toBe(0);
    expect(statistics).toMatchObject({ active: 0, activeShare: 0 });
  });

  it('has a gradient that sums to zero, as distances do not change when all rows move alike', () => {
    const { gradient } = tripletStep({ ...batch(64), selection, random: seededRandom(7) });
    for (let k = 0; k < 64; k++) {
      let sum = 0;
      for (let row = 0; row < labels.length; row++) sum += gradient[row * 64 + k]!;
      expect(Math.abs(sum)).toBeLessThan(1e-6 * labels.length * largest(gradient));
    }
  });
});

describe('reductions', () => {
  // By hand: 2 pairs, (0, 1) and (1, 0). d(0, 1) = 2; nearest negative row 2 at 0.8 from 0 and 0.4 from 1: losses 1.4, 1.8.
  const rows = Float32Array.of(1, 0, 0, 1, 0.6, 0.8, -1, 0);
  const step = (selection: Selection, reduction: (typeof reductions)[number]) =>
    tripletStep({ embeddings: rows, labels: [1, 1, 2, 3], size: 2, margin, selection, reduction, random: seededRandom(1) });

  it('divide by the selected, the active or all pairs', () => {
    for (const reduction of reductions) expect(step({ kind: 'hard' }, reduction).loss).toBeCloseTo(1.6, 6);
    // All violators: (0, 1) with 2: 1.4; (1, 0) with 2: 1.8 and with 3 (d = 2): 0.2.
    expect(step({ kind: 'all' }, 'selected').loss).toBeCloseTo(3.4 / 3, 6);
    expect(step({ kind: 'all' }, 'active').loss).toBeCloseTo(3.4 / 3, 6);
    expect(step({ kind: 'all' }, 'pairs').loss).toBeCloseTo(1.7, 6);
  });

  it('differ when selected triplets are inactive', () => {
    // d(0, 1) = 0.8, d(1, 2) = 0.4, d(0, 2) = 2: only the anchor at row 1 violates, by 0.8 − 0.4 + 0.2.
    const options = { embeddings: Float32Array.of(1, 0, 0.6, 0.8, 0, 1), labels: [1, 1, 2], size: 2, margin, selection: parseSelection('hard'), random: seededRandom(1) };
    expect(tripletStep({ ...options, reduction: 'selected' }).loss).toBeCloseTo(0.3, 6);
    expect(tripletStep({ ...options, reduction: 'active' }).loss).toBeCloseTo(0.6, 6);
    expect(tripletStep({ ...options, reduction: 'pairs' }).loss).toBeCloseTo(0.3, 6);
    expect(tripletStep({ ...options, reduction: 'active' }).gradient[2]).toBeCloseTo(2 * tripletStep(options).gradient[2]!, 6);
    expect(tripletStep(options).statistics).toMatchObject({ pairs: 2, triplets: 2, active: 1, activeShare: 0.5 });
  });
});

describe('statistics', () => {
  it('are those of the batch', () => {
    // Rows at 0°, 90° and 180°: distances 2, 2 and 4; their mean (0, 1/3), so the variance is 1 − 1/9.
    const { statistics } = tripletStep({
      embeddings: Float32Array.of(1, 0, 0, 1, -1, 0), labels: [5, 5, 6], size: 2, margin, selection: { kind: 'hard' }, random: seededRandom(1),
    });
    expect(statistics.meanDistance).toBeCloseTo(8 / 3, 6);
    expect(statistics.embeddingVariance).toBeCloseTo(8 / 9, 6);
    expect(statistics.meanNorm).toBe(1);
    // Anchor 0: d(a, p) = 2, d(a, n) = 4; anchor 1: 2 and 2.
    expect(statistics).toMatchObject({ pairs: 2, triplets: 2, active: 1, positiveDistance: 2, negativeDistance: 3, semiHardShare: null });
  });

  it('show a collapse: no variance, a loss of α', () => {
    const rows = Float32Array.from({ length: 80 }, (_, i) => (i % 8 === 0 ? 1 : 0));
    const { loss, statistics } = tripletStep({
      embeddings: rows, labels: [0, 0, 0, 1, 1, 1, 2, 2, 2, 2], size: 8, margin, random: seededRandom(1),
    });
    expect(loss).toBeCloseTo(margin, 12);
    expect(statistics).toMatchObject({ embeddingVariance: 0, meanDistance: 0, semiHardShare: 0, pairs: 24, fallbacks: 24, activeShare: 1 });
  });
});

describe('a batch that makes no sense is refused', () => {
  const good = { embeddings: Float32Array.of(1, 0, 0, 1, 1, 0), labels: [1, 1, 2], size: 2, margin, random: seededRandom(1) };
  it.each([
    ['NaN', { embeddings: Float32Array.of(1, 0, NaN, 1, 1, 0) }, 'embeddings: row 1 has length NaN, expected unit length'],
    ['rows not normalised', { embeddings: Float32Array.of(1, 0, 0, 1, 3, 4) }, 'embeddings: row 2 has length 5, expected unit length'],
    ['too few rows', { embeddings: Float32Array.of(1, 0, 0, 1) }, 'embeddings: expected 3 rows of equal length, one per label, got 4 numbers'],
    ['another size', { size: 3 }, 'embeddings: expected rows of 3 numbers, got 6 for 3 labels'],
    ['no rows', { embeddings: new Float32Array(0), labels: [] }, 'expected 0 rows of equal length'],
    ['no margin', { margin: 0 }, 'margin: expected a squared distance between 0 and 4, got 0'],
    ['one identity', { labels: [1, 1, 1] }, 'there are no negatives'],
    ['no pairs', { labels: [1, 2, 3] }, 'there are no anchor–positive pairs'],
  ])('%s', (_, change, message) => {
    expect(() => tripletStep({ ...good, ...change })).toThrow(message);
  });
});
