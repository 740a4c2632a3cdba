import { distanceErrorBound, squaredDistances, squaredDistancesExact } from './distances.ts';
import { clusteredEmbeddings, seededRandom } from './testing.ts';

describe('squared distances', () => {
  it('are 0, 2 and 4 for equal, perpendicular and opposite vectors', () => {
    const embeddings = Float32Array.of(1, 0, 0, 1, -1, 0, 1, 0);
    // By hand from ‖a − b‖².
    expect([...squaredDistances(embeddings, 4, 2)]).toEqual([0, 2, 4, 0, 2, 0, 2, 2, 4, 2, 0, 4, 0, 2, 4, 0]);
    expect([...squaredDistancesExact(embeddings, 4, 2)]).toEqual([0, 2, 4, 0, 2, 0, 2, 2, 4, 2, 0, 4, 0, 2, 4, 0]);
  });

  it('exact ones follow the definition for vectors of any length', () => {
    // (3 − 0)² + (4 − 0)² = 25.
    expect(squaredDistancesExact([3, 4, 0, 0], 2, 2)[1]).toBe(25);
  });

  it.each([[5, 3], [33, 64], [50, 128], [31, 256], [18, 512]])('stay within the stated bound of the exact ones: n %i, d %i', (n, d) => {
    const embeddings = clusteredEmbeddings(Int32Array.from({ length: n }, (_, i) => i % 4), d, 0.5, seededRandom(d));
    const exact = squaredDistancesExact(embeddings, n, d);
    // Squared lengths of rows normalised in float64 and rounded to float32 differ from 1 by at most 2⁻²³.
    const bound = distanceErrorBound(d, 2 ** -23);
    const fast = squaredDistances(embeddings, n, d);
    const error = fast.reduce((most, distance, i) => Math.max(most, Math.abs(distance - exact[i]!)), 0);
    expect(error).toBeLessThanOrEqual(bound);
    expect(bound).toBeLessThan(1e-4);
  });

  it('are never negative, also for nearly equal rows', () => {
    const embeddings = clusteredEmbeddings(new Int32Array(60), 128, 1e-4, seededRandom(1));
    expect(Math.min(...squaredDistances(embeddings, 60, 128))).toBeGreaterThanOrEqual(0);
  });
});
