import { clusteredEmbeddings, seededRandom } from '../testing.ts';
import { regressionStep } from './regression.ts';

describe('regressionStep', () => {
  it('has the loss and gradient worked out by hand', () => {
    // (1, 0) to (0, 1): 2; (0.6, 0.8) to (1, 0): 0.16 + 0.64.
    const { loss, gradient, statistics } = regressionStep({ embeddings: [1, 0, 0.6, 0.8], reference: [0, 1, 1, 0], size: 2 });
    expect(loss).toBeCloseTo(1.4, 12);
    // 2 (v2 − v1) / 2 rows.
    [1, -1, -0.4, 0.8].forEach((x, i) => expect(gradient[i]).toBeCloseTo(x, 6));
    // The two rows of v2 lie 0.8 apart, each √0.2 from their middle.
    expect(statistics.referenceDistance).toBeCloseTo(1.4, 12);
    expect(statistics.meanDistance).toBeCloseTo(0.8, 12);
    expect(statistics.embeddingVariance).toBeCloseTo(0.2, 12);
  });

  it('is 2 − 2 cos on average, with the gradient of finite differences', () => {
    const [rows, size] = [9, 16];
    const embeddings = clusteredEmbeddings(new Int32Array(rows), size, 1, seededRandom(1));
    const reference = clusteredEmbeddings(new Int32Array(rows), size, 1, seededRandom(2));
    const { loss, gradient } = regressionStep({ embeddings, reference, size });
    expect(loss).toBeCloseTo(2 - 2 * embeddings.reduce((sum, x, i) => sum + x * reference[i]!, 0) / rows, 6);
    const squares = (v2: Float64Array): number => v2.reduce((sum, x, i) => sum + (x - reference[i]!) ** 2, 0) / rows;
    for (let i = 0; i < embeddings.length; i++) {
      const [up, down] = [Float64Array.from(embeddings), Float64Array.from(embeddings)];
      up[i]! += 1e-5;
      down[i]! -= 1e-5;
      expect(Math.abs((squares(up) - squares(down)) / 2e-5 - gradient[i]!)).toBeLessThan(1e-7);
    }
  });

  it('is 0 and flat where v2 has become v1', () => {
    const { loss, gradient, statistics } = regressionStep({ embeddings: [0.6, 0.8], reference: [0.6, 0.8], size: 2 });
    expect(loss).toBe(0);
    expect(Array.from(gradient)).toEqual([0, 0]);
    expect(statistics).toEqual({ referenceDistance: 0, meanDistance: 0, embeddingVariance: 0, meanNorm: 1 });
  });

  it.each([
    [{ reference: [1, 0, 0] }, 'reference: has embeddings of 3 numbers, those to be learnt have 2; learn embeddings of 3, or declare a projection'],
    [{ embeddings: [1, 0, 0] }, 'embeddings: expected rows of 2 numbers, got 3 numbers'],
    [{ embeddings: [] }, 'embeddings: expected rows of 2 numbers, got 0 numbers'],
    [{ embeddings: [3, 4] }, 'embeddings: row 0 has length 5, expected unit length'],
    [{ reference: [3, 4] }, 'reference: row 0 has length 5, expected unit length'],
  ])('refuses %j', (change, message) => {
    expect(() => regressionStep({ embeddings: [1, 0], reference: [0, 1], size: 2, ...change })).toThrow(message);
  });
});
