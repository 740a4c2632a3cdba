import { clusteredEmbeddings, seededRandom } from '../testing.ts';
import { spreadOutStep } from './spread-out-step.ts';

const labels = Int32Array.from({ length: 30 }, (_, i) => i % 7);

/** M₁² + [M₂ − 1/d]₊ over the pairs of two people, from the definition in float64. */
function spreadOutExact(embeddings: ArrayLike<number>, d: number): number {
  const products: number[] = [];
  for (let i = 0; i < labels.length; i++) {
    for (let j = 0; j < labels.length; j++) {
      if (labels[i] === labels[j]) continue;
      let product = 0;
      // 1 − ‖a − b‖²/2: equal to a·b on the sphere, and what it is continued by beside it, as in the triplet loss.
      for (let k = 0; k < d; k++) product += (embeddings[i * d + k]! - embeddings[j * d + k]!) ** 2;
      products.push(1 - product / 2);
    }
  }
  const mean = (values: number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
  return mean(products) ** 2 + Math.max(0, mean(products.map((x) => x * x)) - 1 / d);
}

/** Leans every row towards the first axis, in place, and makes it of unit length. */
function cone(rows: Float32Array, d: number, lean: number): Float32Array {
  for (let i = 0; i < rows.length; i += d) {
    rows[i]! += lean;
    const norm = Math.hypot(...rows.subarray(i, i + d));
    for (let k = i; k < i + d; k++) rows[k]! /= norm;
  }
  return rows;
}

describe('spreadOutStep', () => {
  it('is that of the formula for three rows', () => {
    // Of people 0, 0, 1: products 0.6 and 0 between two people; M₁ = 0.3, M₂ = 0.18, 1/d = 1/2.
    const narrow = spreadOutStep({ embeddings: [1, 0, 0, 1, 0, -1], labels: [0, 1, 1], size: 2 });
    expect(narrow.statistics).toEqual({ meanProduct: 0, meanSquaredProduct: 0 });
    expect(narrow.loss).toBe(0);
    const { loss, statistics } = spreadOutStep({ embeddings: [1, 0, 0.6, 0.8, 0, 1], labels: [0, 1, 1], size: 2 });
    expect(statistics.meanProduct).toBeCloseTo(0.3, 6);
    expect(statistics.meanSquaredProduct).toBeCloseTo(0.18, 6);
    expect(loss).toBeCloseTo(0.09, 6);
    expect(spreadOutStep({ embeddings: [1, 0, 1, 0], labels: [0, 1], size: 2 }).loss).toBeCloseTo(1 + 0.5, 6);
  });

  it.each([4, 128])('has the gradient of finite differences, in %i dimensions', (d) => {
    const embeddings = cone(clusteredEmbeddings(labels, d, 0.6, seededRandom(d)), d, 1);
    const { loss, gradient, statistics } = spreadOutStep({ embeddings, labels, size: d });
    // Both terms must be at work.
    expect(statistics.meanSquaredProduct).toBeGreaterThan(1.01 / d);
    expect(Math.abs(statistics.meanProduct)).toBeGreaterThan(1e-3);
    expect(Math.abs(loss - spreadOutExact(embeddings, d))).toBeLessThan(1e-6);
    const largest = Math.max(...Array.from(gradient, Math.abs));
    const step = 1e-5;
    for (let i = 0; i < embeddings.length; i += 5) {
      const [up, down] = [Float64Array.from(embeddings), Float64Array.from(embeddings)];
      up[i]! += step;
      down[i]! -= step;
      const slope = (spreadOutExact(up, d) - spreadOutExact(down, d)) / (2 * step);
      expect(Math.abs(slope - gradient[i]!)).toBeLessThan(1e-5 * largest + 1e-9);
    }
  });

  it('makes a collapsed batch spread when it is followed', () => {
    const d = 16;
    const rows = cone(clusteredEmbeddings(labels, d, 0.02, seededRandom(5)), d, 3);
    const before = spreadOutStep({ embeddings: rows, labels, size: d });
    expect(before.statistics.meanProduct).toBeGreaterThan(0.8);
    for (let step = 0; step < 300; step++) {
      const { gradient } = spreadOutStep({ embeddings: rows, labels, size: d });
      rows.forEach((x, i) => { rows[i] = x - 2 * gradient[i]!; });
      cone(rows, d, 0);
    }
    const after = spreadOutStep({ embeddings: rows, labels, size: d });
    expect(Math.abs(after.statistics.meanProduct)).toBeLessThan(0.05);
    expect(after.statistics.meanSquaredProduct).toBeLessThan(1.2 / d);
  });

  it('refuses a batch of one person, and rows that do not fit', () => {
    expect(() => spreadOutStep({ embeddings: [1, 0, 0, 1], labels: [3, 3], size: 2 })).toThrow('at least two identities');
    expect(() => spreadOutStep({ embeddings: [1, 0, 0], labels: [3, 4], size: 2 })).toThrow('expected rows of 2 numbers, got 3 for 2 labels');
  });
});
