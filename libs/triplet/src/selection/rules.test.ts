import { squaredDistances } from '../distances.ts';
import type { RandomSource } from '../random.ts';
import { clusteredEmbeddings, seededRandom } from '../testing.ts';
import { parseSelection, selectionDefaults, semiHardChoices, semiHardFallbacks, type Selection } from './selection.ts';
import { selectTriplets } from './select-triplets.ts';

const margin = 0.2;

/** The rules from their definitions: every negative is looked at for every pair. */
function bruteForce(embeddings: Float32Array, labels: Int32Array, selection: Selection, random: RandomSource): string[] {
  const n = labels.length;
  const distances = squaredDistances(embeddings, n, embeddings.length / n);
  const d = (i: number, j: number): number => distances[i * n + j]!;
  const all = Array.from({ length: n }, (_, i) => i);
  const triplets: string[] = [];
  for (const a of all) {
    const positives = all.filter((i) => i !== a && labels[i] === labels[a]);
    const negatives = all.filter((i) => labels[i] !== labels[a]).sort((i, j) => d(a, i) - d(a, j) || i - j);
    for (const p of selection.kind === 'batch-hard' ? farthest(positives, (i) => d(a, i)) : positives) {
      const violators = negatives.filter((i) => d(a, p) - d(a, i) + margin > 0 && d(a, i) < d(a, p) + margin);
      const semiHard = violators.filter((i) => d(a, i) > d(a, p));
      for (const i of choose(selection, negatives, violators, semiHard, random)) triplets.push(`${a} ${p} ${i}`);
    }
  }
  return triplets;
}

function farthest(rows: number[], distance: (row: number) => number): number[] {
  return rows.slice().sort((i, j) => distance(j) - distance(i) || i - j).slice(0, 1);
}

function choose(selection: Selection, negatives: number[], violators: number[], semiHard: number[], random: RandomSource): number[] {
  const any = (rows: number[]): number[] => (rows.length === 0 ? [] : [rows[Math.floor(random.next() * rows.length)]!]);
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

const selections: Selection[] = [
  ...Object.values(selectionDefaults),
  ...semiHardChoices.flatMap((choice) => semiHardFallbacks.map((fallback) => ({ kind: 'semi-hard' as const, choice, fallback }))),
];

/** Rows on a circle at whole multiples of 15°, so that many distances are equal or symmetric. */
const onCircle = (steps: number[]): Float32Array =>
  Float32Array.from(steps.flatMap((step) => [Math.cos(step * Math.PI / 12), Math.sin(step * Math.PI / 12)]));

const balanced = Int32Array.from({ length: 47 }, (_, i) => i % 5);
// Identities of 20, 2 and 1 rows.
const uneven = Int32Array.from({ length: 31 }, (_, i) => (i < 20 ? 7 : i < 24 ? 100 + (i >> 1) : 200 + i));
const random = seededRandom(5);
const batches: [string, Float32Array, Int32Array][] = [
  ['unrelated rows', clusteredEmbeddings(balanced, 16, 1e3, random), balanced],
  ['half separated rows', clusteredEmbeddings(balanced, 64, 1, random), balanced],
  ['well separated rows', clusteredEmbeddings(balanced, 8, 0.05, random), balanced],
  ['identities of one row', clusteredEmbeddings(uneven, 128, 1.5, random), uneven],
  ['ties', onCircle(Array.from(balanced, () => Math.floor(24 * random.next()))), balanced],
  ['a collapsed batch', onCircle(Array.from(balanced, () => 3)), balanced],
];

describe.each(batches)('selection from %s', (_, embeddings, labels) => {
  it.each(selections.map((selection) => [JSON.stringify(selection), selection] as const))('%s equals brute force', (_, selection) => {
    const selected = selectTriplets({ embeddings, labels, margin, selection, random: constant(0.37) });
    const list = Array.from(selected.anchors, (a, i) => `${a} ${selected.positives[i]} ${selected.negatives[i]}`);
    expect(list.toSorted()).toEqual(bruteForce(embeddings, labels, selection, constant(0.37)).toSorted());
  });
});

/** A draw that is always the same leaves the choice to the rank alone, whatever the order of the anchors. */
const constant = (value: number): RandomSource => ({ next: () => value });

describe('semi-hard selection', () => {
  // On a circle the anchor at 0°, its positive at 30° and negatives at 20°, 35°, 39° and 90°. With d = 2 − 2 cos θ the
  // band goes from 0.268 (30°) to 0.468: 20° (0.121) is too near, 35° (0.362) and 39° (0.446) are in it, 90° (2) is too far.
  const degrees = [0, 30, 20, 35, 39, 90];
  const embeddings = Float32Array.from(degrees.flatMap((x) => [Math.cos(x * Math.PI / 180), Math.sin(x * Math.PI / 180)]));
  const labels = [1, 1, 2, 3, 4, 5];
  const negativeOf0 = (selection: unknown, draw: number): number | undefined => {
    const triplets = selectTriplets({ embeddings, labels, margin, selection: parseSelection(selection), random: constant(draw) });
    return triplets.negatives[triplets.anchors.indexOf(0)];
  };

  it('takes the nearest, the farthest or any within the band', () => {
    expect(negativeOf0({ kind: 'semi-hard', choice: 'hardest' }, 0)).toBe(3);
    expect(negativeOf0({ kind: 'semi-hard', choice: 'easiest' }, 0)).toBe(4);
    expect(negativeOf0('semi-hard', 0)).toBe(3);
    expect(negativeOf0('semi-hard', 0.99)).toBe(4);
  });

  it('takes every negative of the band equally often', () => {
    const source = seededRandom(2);
    const found = new Map<number, number>();
    for (let i = 0; i < 2000; i++) {
      const negative = negativeOf0('semi-hard', source.next())!;
      found.set(negative, (found.get(negative) ?? 0) + 1);
    }
    expect([...found.keys()].sort()).toEqual([3, 4]);
    // 1000 ± 4 standard deviations of √(2000 / 4).
    expect(Math.abs(found.get(3)! - 1000)).toBeLessThan(90);
  });

  it('counts pairs, bands found, fallbacks and what was skipped', () => {
    // All rows at one point: no negative is farther than the positive, all violate.
    const collapsed = { embeddings: onCircle([1, 1, 1, 1, 1]), labels: [1, 1, 1, 2, 3], margin, random: constant(0) };
    const easiest = selectTriplets({ ...collapsed, selection: parseSelection('semi-hard') });
    expect(easiest.counts).toMatchObject({ pairs: 6, semiHard: 0, fallbacks: 6, skipped: 0 });
    const skipped = selectTriplets({ ...collapsed, selection: parseSelection({ kind: 'semi-hard', fallback: 'skip' }) });
    expect(skipped.counts).toMatchObject({ pairs: 6, semiHard: 0, fallbacks: 0, skipped: 6 });
    expect(skipped.anchors).toHaveLength(0);
  });
});

describe('a batch without triplets', () => {
  const rows = onCircle([0, 1, 2]);
  const select = (labels: number[]) => selectTriplets({ embeddings: rows, labels, margin, selection: { kind: 'hard' }, random: constant(0) });
  it('is refused when there are no negatives', () => {
    expect(() => select([4, 4, 4])).toThrow('labels: expected rows of at least two identities, got 3 rows of identity 4: there are no negatives');
  });
  it('is refused when there are no pairs', () => {
    expect(() => select([1, 2, 3])).toThrow('there are no anchor–positive pairs');
  });
});
