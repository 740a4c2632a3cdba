import { Random } from '@facenet/architecture';
import { makePairs, pairDistances, resolvePairs, type Embeddings, type PairRows } from '@facenet/evaluation';
import { evaluateEmbeddings, type EvaluateOptions, type EvaluationResult } from './evaluate-embeddings.ts';
import { withEvaluation } from './store-in-bundle.ts';
import { figureRows } from './figure-rows.ts';
import { summarize } from './summary.ts';

const people = 40;
const each = 8;
const labels = Int32Array.from({ length: people * each }, (_, row) => Math.floor(row / each));

/** People at random places of the sphere, their images within `spread` of it. */
function scattered(spread: number): Embeddings {
  const random = new Random(1, `spread ${spread}`);
  const size = 16;
  const vector = (): number[] => Array.from({ length: size }, () => random.normal());
  const centres = Array.from({ length: people }, vector);
  const rows = Array.from(labels, (label) => {
    const row = vector().map((value, i) => centres[label]![i]! + spread * value);
    const length = Math.hypot(...row);
    return row.map((value) => value / length);
  });
  return { data: Float32Array.from(rows.flat()), size };
}

const pairs: PairRows = resolvePairs(
  makePairs(
    Array.from({ length: people }, (_, label) => ({ identity: String(label), numbers: Array.from({ length: each }, (_n, i) => i + 1) })),
    { sets: 10, perSet: 40, random: new Random(2) },
  ),
  ({ identity, number }) => Number(identity) * each + number - 1,
);

/** On the list of pairs, or on all pairs alone. */
function measure(embeddings: Embeddings, rows: Int32Array, list: PairRows | undefined, options: EvaluateOptions = {}): EvaluationResult {
  const judged = list && { pairs: list, distances: pairDistances(embeddings, list), people: rows };
  return evaluateEmbeddings({ embeddings, labels: rows, judged, listed: list !== undefined }, { resamples: 40, ...options });
}

describe('evaluateEmbeddings', () => {
  it('finds perfect embeddings perfect, with the counts that combinatorics give', () => {
    const result = measure(scattered(0), labels, pairs, { far: 0.01 });
    expect(summarize(result)).toMatchObject({
      accuracy: 1, std: 0, standardError: 0, areaUnderRoc: 1, pairs: 800, pairsSkipped: 0, images: 320, identities: 40,
      val: { far: 0.01, value: 1, interval: { low: 1, high: 1, level: 0.95, method: 'Student t over 10 folds' } },
      auc: 1, eer: 0, intervals: { auc: { low: 1, high: 1, method: 'bootstrap over identities, 40 resamples' }, eer: { low: 0, high: 0 } },
      allPairs: {
        auc: 1, eer: 0, pairsSame: 1120, pairsDifferent: 49920,
        // Two people's images are all equally far apart, so pairs pass by 64; seven times that is within the budget of 499.
        val: { value: 1, accepted: 1120, falseAccepts: 448, pairsDifferent: 49920, interval: { low: 1, high: 1, method: 'bootstrap over identities, 40 resamples' } },
      },
      // Five parts of 8 people with 8 images: 8 × 28 same pairs and 28 × 64 different ones in each.
      valAllPairs: { far: 0.01, value: 1, standardError: 0, pairsSame: 5 * 224, pairsDifferent: 5 * 1792 },
    });
    expect(result.whole).toMatchObject({ pairsSame: 40 * 28, pairsDifferent: 780 * 64 });
    expect(summarize(result).thresholds.map(({ far }) => far)).toEqual([0.1, 0.01, 1e-3, 1e-4]);
  });

  it('finds embeddings without people in them at chance', () => {
    const { accuracy, valAllPairs } = summarize(measure(scattered(1000), labels, pairs, { far: 0.1 }));
    expect(Math.abs(accuracy! - 0.5)).toBeLessThan(0.06);
    expect(Math.abs(valAllPairs.value! - 0.1)).toBeLessThan(0.05);
  });

  it('refuses a rate that the pairs cannot support, with the reason, and gives the rest', () => {
    const summary = summarize(measure(scattered(1), labels, pairs, { far: 1e-4 }));
    expect(summary.val).toEqual({
      far: 1e-4, value: null, standardError: null, interval: null,
      refused: 'FAR 0.0001 allows no false accept among 360 pairs of different people: at least 10000 pairs are needed',
    });
    expect(summary.valAllPairs.refused).toMatch(/among 1792 pairs/);
    expect(summary.accuracy).toBeGreaterThan(0.7);
    expect(figureRows(summary).find(([name]) => name.startsWith('VAL'))).toEqual(['VAL at FAR 0.0001, folds of the pairs', expect.stringMatching(/^none: FAR 0.0001/)]);
  });

  it('gives the figures of all pairs where there is no list', () => {
    const summary = summarize(measure(scattered(0.5), labels, undefined));
    expect(summary).toMatchObject({ pairs: 0, images: 320, identities: 40, auc: (summary.allPairs as { auc: number }).auc });
    expect(summary.accuracy).toBeUndefined();
    expect(summary.val).toMatchObject({ far: 1e-3, falseAccepts: 49, pairsSame: 1120, pairsDifferent: 49920 });
    expect(summary.val.interval!.low).toBeLessThanOrEqual(summary.val.value!);
    expect(summary.val.interval!.high).toBeGreaterThanOrEqual(summary.val.value!);
  });

  it('lets pairs that were drawn stand beside the figures of all pairs', () => {
    const embeddings = scattered(1);
    const judged = { pairs, distances: pairDistances(embeddings, pairs), people: labels };
    const drawn = summarize(evaluateEmbeddings({ embeddings, labels, judged, listed: false }, { far: 0.1, resamples: 40 }));
    expect(drawn.accuracy).toBe(summarize(measure(embeddings, labels, pairs, { far: 0.1 })).accuracy);
    expect(drawn.val).toMatchObject({ pairsDifferent: 49920 });
    expect(figureRows(drawn).map(([name]) => name)).toEqual([
      'images', 'pairs', 'accuracy', 'best threshold', 'area under the ROC, all pairs', 'equal error rate, all pairs', 'VAL at FAR 0.1, all pairs',
      'VAL at FAR 0.1, all pairs in five parts',
    ]);
  });

  it('says why there are no figures over all pairs', () => {
    const embeddings = scattered(1);
    expect(summarize(measure(embeddings, labels, undefined, { whole: false }))).toMatchObject({
      thresholds: [], auc: null, eer: null, val: { value: null, refused: '320 images have too many pairs to compare all at once' },
    });
    const judged = { pairs, distances: pairDistances(embeddings, pairs), people: undefined };
    const unknown = summarize(evaluateEmbeddings({ embeddings, labels: undefined, judged, listed: true }, { far: 0.1, resamples: 40 }));
    expect(unknown).toMatchObject({
      identities: null, allPairs: { refused: 'nobody says who is on these images' }, valAllPairs: { value: null, refused: 'nobody says who is on these images' },
      intervals: { auc: { method: 'bootstrap over pairs, 40 resamples' } },
    });
    expect(figureRows(unknown)[0]).toEqual(['images', '320']);
  });

  it('says when there are too few people for the parts', () => {
    const few = measure({ data: scattered(1).data.subarray(0, 3 * each * 16), size: 16 }, labels.subarray(0, 3 * each), undefined);
    expect(few.valAllPairs.refused).toBe('5 parts that share no person need at least 10 people');
    // Person 0 has 100 of 320 images, and a part of its own.
    const crowd = Int32Array.from({ length: 320 }, (_, row) => Math.max(0, row - 99) % 40);
    expect(measure(scattered(1), crowd, undefined, { far: 0.01 }).valAllPairs.refused).toBe('part 1 of 5 is one person alone, who has more images than the others leave for a part');
  });
});

it('a bundle keeps rising thresholds and one result per data set and protocol', () => {
  const summary = summarize(measure(scattered(1), labels, pairs));
  const old = { dataset: 'faces', protocol: 'folds', results: { accuracy: 0.1 } };
  const other = { ...old, dataset: 'others' };
  const bundle = { manifest: { thresholds: [], evaluation: [old, other] }, onnx: new Uint8Array() } as unknown as Parameters<typeof withEvaluation>[0];
  const { thresholds, evaluation } = withEvaluation(bundle, 'faces', 'folds', summary).manifest;
  expect(thresholds.map(({ far }) => far)).toEqual([1e-4, 1e-3, 0.01, 0.1]);
  thresholds.slice(1).forEach(({ threshold }, i) => { expect(threshold).toBeGreaterThan(thresholds[i]!.threshold); });
  expect(thresholds[0]).toMatchObject({ source: 'faces', pairsSame: 1120, pairsDifferent: 49920 });
  expect(evaluation.map(({ dataset }) => dataset)).toEqual(['others', 'faces']);
  expect(evaluation[1]!.results).toMatchObject({ accuracy: summary.accuracy });
});
