import { meanPoint, type Point } from './five-points.ts';
import { FaceError } from './pixels.ts';

/** Rotation, scale and shift: (x, y) → (a·x − b·y + dx, b·x + a·y + dy). It never mirrors. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly dx: number;
  readonly dy: number;
}

/**
 * The similarity that moves `from` onto `to` with the least sum of squared distances: Umeyama's solution (1991) without
 * reflections. In the plane it needs no singular values. With both sets centred, Σ|s·p − q|² over the complex number
 * s = a + ib is least at s = Σ p̄·q / Σ|p|². Only + − × ÷, so that every engine gives the same bits.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  if (from.length !== to.length || from.length < 2) {
    throw new FaceError(`similarity: expected two equally long lists of at least 2 points, got ${from.length} and ${to.length}`);
  }
  const source = meanPoint(from);
  const target = meanPoint(to);
  let real = 0;
  let imaginary = 0;
  let norm = 0;
  from.forEach((point, i) => {
    const [px, py] = [point.x - source.x, point.y - source.y];
    const [qx, qy] = [to[i]!.x - target.x, to[i]!.y - target.y];
    real += px * qx + py * qy;
    imaginary += px * qy - py * qx;
    norm += px * px + py * py;
  });
  const [a, b] = [real / norm, imaginary / norm];
  if (!(a * a + b * b > 0) || !Number.isFinite(a * a + b * b)) {
    throw new FaceError('similarity: the points lie in one place or in no relation to their targets');
  }
  return { a, b, dx: target.x - (a * source.x - b * source.y), dy: target.y - (b * source.x + a * source.y) };
}

export function applySimilarity({ a, b, dx, dy }: Similarity, { x, y }: Point): Point {
  return { x: a * x - b * y + dx, y: b * x + a * y + dy };
}

export function invertSimilarity({ a, b, dx, dy }: Similarity): Similarity {
  const norm = a * a + b * b;
  const [c, s] = [a / norm, -b / norm];
  return { a: c, b: s, dx: -(c * dx - s * dy), dy: -(s * dx + c * dy) };
}

/** How many times longer a line becomes. */
export function scaleOf({ a, b }: Similarity): number {
  return Math.sqrt(a * a + b * b);
}
