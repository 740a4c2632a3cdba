import {
  areaUnderRoc, EvaluationError, falseAcceptBudget, foldAccuracy, pairDistances, refusalAtFar, rocCurve, sortPairs, thresholdsPerFar, valAtFar,
  valOverFolds, type Embeddings, type PairRows, type SortedPairs,
} from './index.ts';

// Ten sets of 30 + 30 made-up distances, by a formula that the outside computation repeats.
const sets = 10;
const perSet = 30;
const count = 2 * sets * perSet;
const isSame = (k: number): boolean => k % (2 * perSet) < perSet;
const distances = Float64Array.from({ length: count }, (_, k) =>
  isSame(k) ? ((k * k * 31 + 17 * k) % 1801) / 1000 : 0.6 + ((k * k * 57 + 13 * k) % 2203) / 1000);
const pairs: PairRows = {
  sets,
  first: new Int32Array(count),
  second: new Int32Array(count),
  same: Uint8Array.from({ length: count }, (_, k) => Number(isSame(k))),
  set: Int32Array.from({ length: count }, (_, k) => Math.floor(k / (2 * perSet))),
  skipped: 0,
};

const sorted = (same: number[], different: number[]): SortedPairs =>
  ({ same: Float64Array.from(same), different: Float64Array.from(different), pairsDifferent: different.length });

describe('pairDistances', () => {
  // Unit vectors of the plane: |a − b|² = 2 − 2 cos of the angle between them.
  const at = (...degrees: number[]): Embeddings => ({ data: Float32Array.from(degrees.flatMap((d) => [Math.cos((d * Math.PI) / 180), Math.sin((d * Math.PI) / 180)])), size: 2 });
  const rows = { first: Int32Array.of(0, 1), second: Int32Array.of(1, 2) };

  test('of one model, and across two: the second image by the other one', () => {
    expectClose(pairDistances(at(0, 90, 180), rows), [2, 2]);
    expectClose(pairDistances(at(0, 90, 180), rows, at(60, 180, 30)), [4, 1]);
  });

  test('embeddings of two sizes have none', () => {
    expect(() => pairDistances(at(0, 90, 180), rows, { data: new Float32Array(9), size: 3 })).toThrow('embeddings of 2 numbers against 3');
  });

  function expectClose(found: Float64Array, expected: number[]): void {
    expect(found).toHaveLength(expected.length);
    found.forEach((value, i) => { expect(value).toBeCloseTo(expected[i]!, 6); });
  }
});

describe('foldAccuracy', () => {
  // numpy 2.4.6 and scikit-learn 1.9.1: KFold(10, shuffle=False), numpy.arange(0, 4, 0.01), numpy.argmax, numpy.std.
  it('equals the usual computation', () => {
    const result = foldAccuracy(distances, pairs);
    expect(result.accuracy).toBeCloseTo(0.7133333333333333, 12);
    expect(result.std).toBeCloseTo(0.059066817155564506, 12);
    expect(result.standardError).toBeCloseTo(0.019688939051854835, 12);
    expect(result.threshold).toBe(1.29);
    expect(result.folds.map(({ threshold }) => threshold)).toEqual([1.29, 1.33, 1.3, 1.29, 1.33, 0.96, 1.41, 1.29, 1.33, 1.29]);
    const accuracies = [46, 40, 49, 37, 46, 38, 43, 43, 42, 44];
    expect(result.folds.map(({ accuracy }) => Math.round(accuracy * 60))).toEqual(accuracies);
  });

  it('accepts below the threshold, not at it, and takes the first of equally good ones', () => {
    // By hand: same at 0.5, different at 0.51: only t = 0.51 has 0.5 below it and 0.51 not.
    const two = { ...pairs, sets: 2, set: Int32Array.of(0, 0, 1, 1), same: Uint8Array.of(1, 0, 1, 0) };
    const result = foldAccuracy(Float64Array.of(0.5, 0.51, 0.5, 0.51), two);
    expect(result.accuracy).toBe(1);
    expect(result.threshold).toBe(51 * 0.01);
    // With different at 2, every threshold from 0.51 to 2 is perfect: the first.
    expect(foldAccuracy(Float64Array.of(0.5, 2, 0.5, 2), two).threshold).toBe(51 * 0.01);
  });

  it('follows the set of a pair, not its position', () => {
    const order = Array.from({ length: count }, (_, k) => (k * 7) % count);
    const permuted = { ...pairs, same: Uint8Array.from(order, (k) => pairs.same[k]!), set: Int32Array.from(order, (k) => pairs.set[k]!) };
    expect(foldAccuracy(Float64Array.from(order, (k) => distances[k]!), permuted)).toEqual(foldAccuracy(distances, pairs));
  });

  it('refuses a set without pairs', () => {
    expect(() => foldAccuracy(Float64Array.of(1), { ...pairs, sets: 2, set: Int32Array.of(1), same: Uint8Array.of(1) }))
      .toThrow('set 1 has no pairs left');
  });
});

describe('VAL at FAR', () => {
  it('over folds equals the usual computation', () => {
    // numpy: threshold = the (⌊0.05 × 270⌋ + 1)-th smallest different distance of the nine other sets.
    const result = valOverFolds(distances, pairs, 0.05);
    expect(result.value).toBeCloseTo(0.47, 12);
    expect(result.standardError).toBeCloseTo(0.016814162167135063, 12);
    expect(result.parts.map(({ threshold }) => threshold)).toEqual([0.709, 0.714, 0.706, 0.719, 0.705, 0.709, 0.705, 0.706, 0.709, 0.705]);
    expect(result.parts.map(({ accepted }) => accepted)).toEqual([14, 13, 14, 15, 15, 10, 15, 15, 15, 15]);
    expect(result.parts.map(({ falseAccepts }) => falseAccepts)).toEqual([2, 4, 1, 5, 0, 2, 0, 1, 2, 0]);
    expect(result).toMatchObject({ pairsSame: 300, pairsDifferent: 300 });
  });

  it('over all pairs equals the best point of scikit-learn’s ROC', () => {
    // sklearn.metrics.roc_curve(drop_intermediate=False): max(tpr[fpr <= far]).
    const all = sortPairs(distances, pairs);
    expect([0.01, 0.05, 0.2].map((far) => valAtFar(all, far).value)).toEqual([0.43, 140 / 300, 188 / 300]);
    expect(valAtFar(all, 0.05)).toMatchObject({ achievedFar: 0.05, falseAccepts: 15, accepted: 140 });
  });

  it('stays at or below the FAR where distances tie', () => {
    // Budget 2 of 4, but the second to fourth tie: only the first can pass alone.
    expect(valAtFar(sorted([0.1, 0.5, 0.6], [0.2, 0.5, 0.5, 0.5]), 0.5))
      .toEqual({ far: 0.5, threshold: 0.5, value: 1 / 3, accepted: 1, pairsSame: 3, falseAccepts: 1, pairsDifferent: 4, achievedFar: 0.25 });
  });

  it('refuses a FAR that allows no false accept, instead of extrapolating', () => {
    const ten = sorted([0.1], [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9]);
    expect(() => valAtFar(ten, 0.09)).toThrow(new EvaluationError('FAR 0.09 allows no false accept among 10 pairs of different people: at least 12 pairs are needed'));
    expect(refusalAtFar(ten, 0.09)).toMatch(/at least 12/);
    expect(refusalAtFar(ten, 0.1)).toBeUndefined();
    expect(() => valAtFar(ten, 1)).toThrow('FAR: expected a number between 0 and 1, got 1');
  });

  it('counts a budget in decimal, not in binary', () => {
    expect(falseAcceptBudget(0.29, 100)).toBe(29);
    expect(falseAcceptBudget(1e-3, 3000)).toBe(3);
    expect(falseAcceptBudget(1e-3, 2999)).toBe(2);
  });

  it('has thresholds for the FARs that the pairs allow', () => {
    expect(thresholdsPerFar(sortPairs(distances, pairs)).map(({ far, falseAccepts }) => [far, falseAccepts])).toEqual([[0.1, 30], [0.01, 3]]);
  });
});

describe('the ROC', () => {
  const all = sortPairs(distances, pairs);

  it('has the area that scikit-learn gives', () => {
    // sklearn.metrics.roc_auc_score
    expect(areaUnderRoc(all)).toBeCloseTo(0.8390777777777778, 12);
  });

  it('counts ties half', () => {
    expect(areaUnderRoc(sorted([1, 2], [2, 3]))).toBe((1 + 1 + 0.5 + 1) / 4);
  });

  it('rises, ends at (1, 1), and each point is what its threshold gives', () => {
    const curve = rocCurve(all, 40);
    expect(curve.length).toBeGreaterThan(20);
    expect(curve.at(-1)).toEqual({ threshold: Infinity, far: 1, val: 1 });
    curve.forEach((point, i) => {
      if (i > 0) expect(point.far).toBeGreaterThanOrEqual(curve[i - 1]!.far);
      expect(point.far).toBe([...all.different].filter((d) => d < point.threshold).length / 300);
      expect(point.val).toBe([...all.same].filter((d) => d < point.threshold).length / 300);
    });
  });
});
