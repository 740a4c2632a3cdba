import { squaredDistancesExact } from '../distances.ts';
import { clusteredEmbeddings, seededRandom } from '../testing.ts';
import { projectReference } from './projection.ts';

describe('projectReference', () => {
  it('multiplies each row by the matrix and brings it to unit length', () => {
    // [[1, 0, 0], [0, 2, 1]] · (0.6, 0.8, 0) = (0.6, 1.6), length √2.92; · (0, 0, 1) = (0, 1).
    const projected = projectReference([0.6, 0.8, 0, 0, 0, 1], 2, 3, [1, 0, 0, 0, 2, 1], 2);
    [0.6 / Math.sqrt(2.92), 1.6 / Math.sqrt(2.92), 0, 1].forEach((x, i) => expect(projected[i]).toBeCloseTo(x, 6));
  });

  it('keeps distances under an orthonormal matrix', () => {
    // A rotation by 30° of the first two of three numbers, then into four: columns orthonormal.
    const [c, s] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
    const matrix = [c, -s, 0, s, c, 0, 0, 0, 0, 0, 0, -1];
    const reference = clusteredEmbeddings(new Int32Array(8), 3, 1, seededRandom(1));
    const projected = projectReference(reference, 8, 3, matrix, 4);
    const before = squaredDistancesExact(reference, 8, 3);
    squaredDistancesExact(projected, 8, 4).forEach((x, i) => expect(Math.abs(x - before[i]!)).toBeLessThan(1e-6));
  });

  it.each([
    [[1, 0, 0], 1, [1, 0, 0, 1], 2, 'projection: expected a matrix of 2 rows of 3 numbers, from the size of the reference to that of the embeddings, got 4 numbers'],
    [[1, 0, 0, 1], 1, [1, 0, 0, 0, 1, 0], 2, 'reference: expected 1 rows of 3 numbers, got 4 numbers'],
    // Cutting off the third number leaves nothing of this row.
    [[1, 0, 0, 0, 0, 1], 2, [1, 0, 0, 0, 1, 0], 2, 'projection: takes row 1 of the reference to a vector of length 0, which has no direction'],
    [[1, NaN, 0], 1, [1, 0, 0, 0, 1, 0], 2, 'projection: takes row 0 of the reference to a vector of length NaN'],
  ])('refuses %j of %i rows by %j', (reference, n, matrix, d2, message) => {
    expect(() => projectReference(reference, n, 3, matrix, d2)).toThrow(message);
  });
});
