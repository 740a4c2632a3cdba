import { clusteredEmbeddings, seededRandom } from '../testing.ts';
import type { Triplets } from '../selection/triplet-list.ts';
import { tripletLoss } from './triplet-loss.ts';

const list = (...triplets: [number, number, number][]): Triplets => ({
  anchors: Int32Array.from(triplets, (t) => t[0]),
  positives: Int32Array.from(triplets, (t) => t[1]),
  negatives: Int32Array.from(triplets, (t) => t[2]),
});

describe('tripletLoss', () => {
  it('is that of the formula for one triplet', () => {
    // a = (1, 0), p = (0, 1), n = (0.6, 0.8): d(a, p) = 2, d(a, n) = 0.16 + 0.64 = 0.8, loss 2 − 0.8 + 0.2.
    const { loss, gradient, active } = tripletLoss([1, 0, 0, 1, 0.6, 0.8], 2, list([0, 1, 2]), 0.2);
    expect(loss).toBeCloseTo(1.4, 12);
    expect(active).toBe(1);
    // 2(n − p), 2(p − a), 2(a − n).
    [1.2, -0.4, -2, 2, 0.8, -1.6].forEach((x, i) => expect(gradient[i]).toBeCloseTo(x, 12));
  });

  it('is 0 and flat beyond the margin, and for no triplets', () => {
    expect(tripletLoss([1, 0, 1, 0, 0, 1], 2, list([0, 1, 2]), 0.2)).toEqual({ loss: 0, gradient: new Float64Array(6), active: 0 });
    expect(tripletLoss([1, 0], 2, list(), 0.2).loss).toBe(0);
  });

  it('has the gradient of finite differences', () => {
    const random = seededRandom(3);
    const [n, d] = [12, 5];
    const embeddings = Float64Array.from(clusteredEmbeddings(new Int32Array(n), d, 1, random));
    const row = (): number => Math.floor(n * random.next());
    const triplets = list(...Array.from({ length: 60 }, (): [number, number, number] => [row(), row(), row()]));
    const { gradient, active } = tripletLoss(embeddings, d, triplets, 0.2);
    // Neither all nor none, so that the hinge matters.
    expect(active).toBeGreaterThan(10);
    expect(active).toBeLessThan(50);
    const step = 1e-6;
    for (let i = 0; i < embeddings.length; i++) {
      const [up, down] = [embeddings.slice(), embeddings.slice()];
      up[i]! += step;
      down[i]! -= step;
      const slope = (tripletLoss(up, d, triplets, 0.2).loss - tripletLoss(down, d, triplets, 0.2).loss) / (2 * step);
      expect(Math.abs(slope - gradient[i]!)).toBeLessThan(1e-9);
    }
  });
});
