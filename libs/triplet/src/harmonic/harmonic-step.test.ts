import { squaredDistancesExact } from '../distances.ts';
import { createPlainWorkspace } from '../kernels/plain.ts';
import { createWorkspace } from '../kernels/create-workspace.ts';
import { reductions, type Reduction } from '../loss/reduction.ts';
import type { RandomSource } from '../random.ts';
import { selectionDefaults, semiHardChoices, semiHardFallbacks, type Selection } from '../selection/selection.ts';
import { tripletStep } from '../step.ts';
import { clusteredEmbeddings, seededRandom } from '../testing.ts';
import { harmonicStep, type HarmonicStepOptions } from './harmonic-step.ts';
import { combinations, mixes, parseMix, type Combination, type Mix } from './mix.ts';
import { regressionStep } from './regression.ts';

const margin = 0.2;
// Four identities of many faces, one of two, two faces alone.
const labels = Int32Array.from({ length: 21 }, (_, i) => (i < 2 ? 90 + i : i < 4 ? 70 : i % 4));
const batch = (d: number, spread = 2) => ({
  embeddings: clusteredEmbeddings(labels, d, spread, seededRandom(d)),
  reference: clusteredEmbeddings(labels, d, spread, seededRandom(d + 1)),
  labels, size: d, margin,
});
const largest = (values: Iterable<number>): number => Math.max(...Array.from(values, Math.abs));
/** A draw that is always the same leaves the choice to the rank alone, whatever the order of the anchors. */
const constant = (value: number): RandomSource => ({ next: () => value });

/** Triplets of rows of the union: v2 from 0, v1 from n. */
interface Definition { triplets: { combination: Combination; rows: [number, number, number] }[]; pairWeight: number }

const n = labels.length;
const sourceOf = (row: number): string => (row < n ? 'v2' : 'v1');
const labelOf = (row: number): number => labels[row % n]!;

/** The triplets from the definition: every anchor, every positive, and every negative of the union that the mix allows. */
function bruteForce(options: HarmonicStepOptions, mix: Mix, selection: Selection, draw: number): Definition {
  const { embeddings, reference, size, sameImage = true } = options;
  const distances = distancesOf(embeddings, reference, size).map(Math.fround);
  const d = (i: number, j: number): number => distances[2 * n * i + j]!;
  const rows = Array.from({ length: 2 * n }, (_, row) => row);
  const triplets: Definition['triplets'] = [];
  let pairWeight = 0;
  for (const a of rows) {
    for (const source of ['v2', 'v1']) {
      const combined = (negative: string): Combination => `${sourceOf(a)}-${source}-${negative}` as Combination;
      const weights = ['v2', 'v1'].map((negative) => mix[combined(negative)] ?? 0).filter((weight) => weight > 0);
      if (weights.length === 0) continue;
      const positives = rows.filter((p) => p !== a && sourceOf(p) === source && labelOf(p) === labelOf(a) && (sameImage || p % n !== a % n));
      const negatives = rows.filter((i) => labelOf(i) !== labelOf(a) && mix[combined(sourceOf(i))] > 0).sort((i, j) => d(a, i) - d(a, j));
      pairWeight += positives.length * weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
      const taken = selection.kind === 'batch-hard' ? positives.toSorted((p, q) => d(a, q) - d(a, p)).slice(0, 1) : positives;
      for (const p of taken) {
        const violators = negatives.filter((i) => d(a, i) < d(a, p) + margin);
        const semiHard = violators.filter((i) => d(a, i) > d(a, p));
        for (const i of choose(selection, negatives, violators, semiHard, draw)) {
          triplets.push({ combination: combined(sourceOf(i)), rows: [a, p, i] });
        }
      }
    }
  }
  return { triplets, pairWeight };
}

function choose<T>(selection: Selection, negatives: T[], violators: T[], semiHard: T[], draw: number): T[] {
  const any = (rows: T[]): T[] => rows.slice(Math.floor(draw * rows.length)).slice(0, 1);
  switch (selection.kind) {
    case 'hard': case 'batch-hard': return negatives.slice(0, 1);
    case 'all': return violators;
    case 'random-violator': return any(violators);
    case 'semi-hard':
      if (semiHard.length === 0) {
        return { 'skip': [], 'hardest': violators.slice(0, 1), 'easiest-violator': violators.slice(-1) }[selection.fallback];
      }
      return { random: () => any(semiHard), hardest: () => semiHard.slice(0, 1), easiest: () => semiHard.slice(-1) }[selection.choice]();
  }
}

function distancesOf(embeddings: ArrayLike<number>, reference: ArrayLike<number>, size: number): Float64Array {
  return squaredDistancesExact([...Array.from(embeddings), ...Array.from(reference)], 2 * n, size);
}

/** The weighted loss of given triplets in float64. */
function lossOf({ triplets, pairWeight }: Definition, mix: Mix, reduction: Reduction, distances: Float64Array): number {
  let [loss, selected, active] = [0, 0, 0];
  for (const { combination, rows: [a, p, i] } of triplets) {
    const raw = distances[2 * n * a + p]! - distances[2 * n * a + i]! + margin;
    selected += mix[combination];
    if (raw <= 0) continue;
    active += mix[combination];
    loss += mix[combination] * raw;
  }
  return loss / { selected, active, pairs: pairWeight }[reduction];
}

/** ∂/∂embeddings by central differences, every `every`-th number. */
function* slopes(loss: (embeddings: Float64Array) => number, embeddings: ArrayLike<number>, every: number): Generator<[number, number]> {
  const step = 1e-6;
  for (let i = 0; i < embeddings.length; i += every) {
    const [up, down] = [Float64Array.from(embeddings), Float64Array.from(embeddings)];
    up[i]! += step;
    down[i]! -= step;
    yield [i, (loss(up) - loss(down)) / (2 * step)];
  }
}

const selections: Selection[] = [
  ...Object.values(selectionDefaults),
  ...semiHardChoices.flatMap((choice) => semiHardFallbacks.map((fallback) => ({ kind: 'semi-hard' as const, choice, fallback }))),
];
const uneven = parseMix({ 'v2-v1-v1': 5, 'v2-v1-v2': 1, 'own': 2, 'v1-v2-v1': 0.7, 'v1-v1-v2': 3 });
const single = combinations.map((one): [string, Mix] => [one, parseMix({ [one]: 1 })]);
const manyMixes: [string, Mix][] = [...Object.entries(mixes), ['uneven', uneven], ...single];
/** The variants of semi-hard differ in which rank they take, so a mix of both negatives is enough for them. */
const mixesFor = (selection: Selection): [string, Mix][] =>
  Object.values(selectionDefaults).includes(selection) ? manyMixes : manyMixes.filter(([name]) => ['union', 'uneven'].includes(name));

describe.each(selections.map((selection) => [JSON.stringify(selection), selection] as const))('a harmonic step with %s', (_, selection) => {
  it.each(mixesFor(selection))('has the loss, the counts and the gradient of the definition: mix %s', (name, mix) => {
    for (const sameImage of [true, false]) {
      const options = { ...batch(6), mix, selection, sameImage, random: constant(0.37) };
      const definition = bruteForce(options, mix, selection, 0.37);
      for (const reduction of name === 'uneven' ? reductions : ['selected' as const]) {
        const { loss, tripletLoss, gradient, statistics } = harmonicStep({ ...options, reduction });
        expect(statistics.triplets).toBe(definition.triplets.length);
        for (const combination of combinations) {
          const triplets = definition.triplets.filter((triplet) => triplet.combination === combination);
          expect(statistics.combinations[combination]?.triplets ?? 0).toBe(triplets.length);
        }
        const exact = (rows: Float64Array): number => lossOf(definition, mix, reduction, distancesOf(rows, options.reference, 6));
        expect(Math.abs(loss - exact(Float64Array.from(options.embeddings)))).toBeLessThan(1e-6);
        expect(tripletLoss).toBe(loss);
        for (const [i, slope] of slopes(exact, options.embeddings, 23)) {
          // float32 leaves 1e-7 of the largest term.
          expect(Math.abs(slope - gradient[i]!)).toBeLessThan(2e-6 * largest(gradient) + 1e-9);
        }
      }
    }
  });

  it('is tripletStep to the bit when only v2 counts', () => {
    const { reference, ...alone } = batch(64);
    const harmonic = harmonicStep({ ...alone, reference, mix: mixes.own, selection, random: seededRandom(3) });
    const single = tripletStep({ ...alone, selection, random: seededRandom(3) });
    expect(harmonic).toMatchObject(single);
  });

  it('gives the same numbers for the same seed, and those of plain loops', () => {
    const run = (workspace = createWorkspace()) => harmonicStep({ ...batch(40), mix: uneven, selection, regression: 0.5, random: seededRandom(7), workspace });
    const first = run();
    expect(run()).toEqual(first);
    expect(run(createPlainWorkspace())).toEqual(first);
  });
});

describe('the choice of the negative', () => {
  // Angles on a circle, d = 2 − 2 cos θ: the anchor at 0°, its positive at 30° (0.268), so the band ends at 0.468 (40°).
  const onCircle = (...degrees: number[]): Float32Array =>
    Float32Array.from(degrees.flatMap((x) => [Math.cos(x * Math.PI / 180), Math.sin(x * Math.PI / 180)]));
  // v2 has its negative at 90° and at 10°, outside the band; v1 has one at 35°, inside it.
  const options = {
    embeddings: onCircle(0, 30, 90, 10), reference: onCircle(0, 30, 35, 180), labels: [1, 1, 2, 3], size: 2, margin,
    selection: { kind: 'semi-hard', choice: 'random', fallback: 'skip' } as const, random: seededRandom(1), sameImage: false,
  };

  it('finds a semi-hard negative that is only in v1', () => {
    const { statistics: { combinations: seen } } = harmonicStep({ ...options, mix: mixes.union });
    // Anchor 0 of v2 with the positive of v2 and of v1; anchor 1 (at 30°) has 10° (0.121) and 35° nearer than its positive.
    expect(seen['v2-v2-v1']).toMatchObject({ triplets: 1 });
    expect(seen['v2-v1-v1']).toMatchObject({ triplets: 1 });
    // d(0°, 30°) = 2 − √3, d(0°, 35°) = 2 − 2 cos 35°.
    expect(seen['v2-v2-v1']!.loss).toBeCloseTo(2 - Math.sqrt(3) - (2 - 2 * Math.cos(35 * Math.PI / 180)) + margin, 6);
    expect(harmonicStep({ ...options, mix: mixes.own }).statistics.triplets).toBe(0);
  });

  it('leaves out the negatives of a source without weight', () => {
    const { statistics } = harmonicStep({ ...options, mix: parseMix({ 'v2-v1-v2': 1 }) });
    expect(statistics).toMatchObject({ pairs: 2, triplets: 0, skipped: 2 });
    expect(Object.keys(statistics.combinations)).toEqual(['v2-v1-v2']);
  });
});

describe('the weights of a mix', () => {
  // v2: a at (1, 0), n at (0, 1); v1: a at (0.6, 0.8), n at (−1, 0). One face per identity, so pairs are of one image.
  const tiny = {
    embeddings: [1, 0, 0, 1], reference: [0.6, 0.8, -1, 0], labels: [1, 2], size: 2, margin: 1.5,
    selection: { kind: 'hard' } as const, random: seededRandom(1),
  };
  // By hand, v2-v1-v1: anchor (1, 0): d(a, p) = 0.8, d(a, n) = 4, inactive; anchor (0, 1): 2 and 0.4, loss 3.1.
  // v1-v2-v2: anchor (0.6, 0.8): 0.8 and 0.4, loss 1.9; anchor (−1, 0): 2 and 4, inactive.
  it('are what a triplet counts in the mean', () => {
    expect(harmonicStep({ ...tiny, mix: mixes.query }).loss).toBeCloseTo(3.1 / 2, 6);
    expect(harmonicStep({ ...tiny, mix: mixes.gallery }).loss).toBeCloseTo(1.9 / 2, 6);
    expect(harmonicStep({ ...tiny, mix: mixes.cross }).loss).toBeCloseTo(5 / 4, 6);
    const weighted = (reduction: Reduction) => harmonicStep({ ...tiny, mix: parseMix({ query: 3, gallery: 1 }), reduction });
    expect(weighted('selected').loss).toBeCloseTo((3 * 3.1 + 1.9) / 8, 6);
    expect(weighted('active').loss).toBeCloseTo((3 * 3.1 + 1.9) / 4, 6);
    expect(weighted('pairs').loss).toBeCloseTo((3 * 3.1 + 1.9) / 8, 6);
  });

  it('leave the statistics as counted', () => {
    const { statistics } = harmonicStep({ ...tiny, mix: parseMix({ query: 3, gallery: 1 }) });
    expect(statistics).toMatchObject({ pairs: 4, triplets: 4, active: 2, activeShare: 0.5, meanNorm: 1, semiHardShare: null });
    expect(statistics.combinations['v2-v1-v1']).toMatchObject({ triplets: 2, active: 1, activeShare: 0.5 });
    expect(statistics.combinations['v2-v1-v1']!.positiveDistance).toBeCloseTo(1.4, 6);
    expect(statistics.combinations['v2-v1-v1']!.negativeDistance).toBeCloseTo(2.2, 6);
    // Means of 0.8 and 2; v2's rows lie 2 apart.
    expect(statistics.referenceDistance).toBeCloseTo(1.4, 12);
    expect(statistics.meanDistance).toBeCloseTo(2, 12);
  });

  it('move only v2, by the gradient written by hand', () => {
    // v2-v1-v1, anchor (0, 1), p = (−1, 0), n = (0.6, 0.8): 2 (n − p) / 2 triplets.
    const { gradient } = harmonicStep({ ...tiny, mix: mixes.query });
    [0, 0, 1.6, 0.8].forEach((x, i) => expect(gradient[i]).toBeCloseTo(x, 6));
  });

  it('scale nothing: only their ratios count', () => {
    const run = (mix: Mix) => harmonicStep({ ...batch(32), mix, random: seededRandom(4) });
    expect(run(parseMix({ cross: 6, own: 3 })).loss).toBeCloseTo(run(parseMix({ cross: 2, own: 1 })).loss, 12);
    expect(run(parseMix({ union: 20 }))).toEqual(run(mixes.union));
  });
});

describe('the regression beside the triplets', () => {
  it('adds its weight times the mean squared distance, and its gradient', () => {
    for (const d of [3, 128]) {
      const { embeddings, reference, size } = batch(d);
      const run = (regression: number) => harmonicStep({ ...batch(d), regression, random: seededRandom(2) });
      const [alone, both, regressed] = [run(0), run(2.5), regressionStep({ embeddings, reference, size })];
      expect(both.tripletLoss).toBe(alone.loss);
      expect(both.loss).toBeCloseTo(alone.loss + 2.5 * regressed.loss, 12);
      expect(both.statistics.referenceDistance).toBe(regressed.loss);
      both.gradient.forEach((x, i) => expect(Math.abs(x - alone.gradient[i]! - 2.5 * regressed.gradient[i]!)).toBeLessThan(1e-7));
    }
  });

  it('has the gradient of finite differences, both together', () => {
    const options = { ...batch(6), selection: { kind: 'all' } as const, regression: 0.7, random: seededRandom(2) };
    const definition = bruteForce(options, mixes.union, options.selection, 0);
    const exact = (rows: Float64Array): number => lossOf(definition, mixes.union, 'selected', distancesOf(rows, options.reference, 6)) +
      0.7 * rows.reduce((sum, x, i) => sum + (x - options.reference[i]!) ** 2, 0) / n;
    const { loss, gradient } = harmonicStep(options);
    expect(Math.abs(loss - exact(Float64Array.from(options.embeddings)))).toBeLessThan(1e-6);
    for (const [i, slope] of slopes(exact, options.embeddings, 5)) expect(Math.abs(slope - gradient[i]!)).toBeLessThan(2e-6 * largest(gradient));
  });
});

describe('v2 equal to v1', () => {
  it('is at distance 0 of its reference, and faces far apart leave nothing to learn', () => {
    const { embeddings, ...rest } = { ...batch(64, 0.01), random: seededRandom(1) };
    const { loss, gradient, statistics } = harmonicStep({ ...rest, embeddings, reference: embeddings, regression: 1 });
    expect(loss).toBe(0);
    expect(largest(gradient)).toBe(0);
    expect(statistics).toMatchObject({ referenceDistance: 0, active: 0 });
  });
});

describe('a batch that makes no sense is refused', () => {
  const good = { embeddings: [1, 0, 0, 1, 1, 0], reference: [1, 0, 0, 1, 1, 0], labels: [1, 1, 2], size: 2, margin, random: seededRandom(1) };
  it.each([
    ['a reference of another size', { reference: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
      'reference: has embeddings of 3 numbers, those to be learnt have 2; learn embeddings of 3, or declare a projection'],
    ['a reference of other images', { reference: [1, 0, 0, 1] }, 'reference: expected 3 rows of 2 numbers, one per row of the embeddings, got 4 numbers'],
    ['no reference', { reference: [] }, 'reference: expected 3 rows of 2 numbers'],
    ['a reference that is not normalised', { reference: [1, 0, 3, 4, 1, 0] }, 'reference: row 1 has length 5, expected unit length'],
    ['a reference with NaN', { reference: [1, 0, 0, 1, NaN, 0] }, 'reference: row 2 has length NaN, expected unit length'],
    ['embeddings that are not normalised', { embeddings: [1, 0, 3, 4, 1, 0] }, 'embeddings: row 1 has length 5, expected unit length'],
    ['another size', { size: 3 }, 'embeddings: expected rows of 3 numbers, got 6 for 3 labels'],
    ['a negative weight of the regression', { regression: -1 }, 'regression: expected a weight of 0 or more, got -1'],
    ['no margin', { margin: 0 }, 'margin: expected a squared distance between 0 and 4, got 0'],
    ['one identity', { labels: [1, 1, 1] }, 'there are no negatives'],
    ['faces alone, of v2 only', { labels: [1, 2, 3], mix: mixes.own }, 'there are no anchor–positive pairs in this mix'],
    ['faces alone, without pairs of one image', { labels: [1, 2, 3], sameImage: false }, 'no anchor–positive pairs in this mix without those of one image'],
  ])('%s', (_, change, message) => {
    expect(() => harmonicStep({ ...good, ...change })).toThrow(message);
  });

  it('but faces alone make pairs of v1 and v2', () => {
    expect(harmonicStep({ ...good, labels: [1, 2, 3] }).statistics.pairs).toBe(6);
  });
});
