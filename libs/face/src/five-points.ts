import { FaceError } from './pixels.ts';

/** A place in pixels: the centre of the first pixel is (0.5, 0.5). */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** As seen in the picture: left eye, right eye, tip of the nose, left and right corner of the mouth. */
export type FivePoints = readonly [leftEye: Point, rightEye: Point, nose: Point, leftMouth: Point, rightMouth: Point];

/** Reduces the usual 68 landmarks (iBUG 300-W): an eye's centre is the mean of its six points. */
export function fivePointsOf(landmarks: readonly Point[]): FivePoints {
  if (landmarks.length !== 68) throw new FaceError(`landmarks: expected 68 points, got ${landmarks.length}`);
  const eye = (first: number): Point => meanPoint(landmarks.slice(first, first + 6));
  return [eye(36), eye(42), landmarks[30]!, landmarks[48]!, landmarks[54]!];
}

export function checkFivePoints(points: readonly Point[]): asserts points is FivePoints {
  if (points.length !== 5) throw new FaceError(`landmarks: expected 5 points (eyes, nose, corners of the mouth), got ${points.length}`);
  const odd = points.findIndex(({ x, y }) => !Number.isFinite(x) || !Number.isFinite(y));
  if (odd >= 0) throw new FaceError(`landmarks: expected finite numbers, point ${odd} is (${points[odd]!.x}, ${points[odd]!.y})`);
}

export function meanPoint(points: readonly Point[]): Point {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}

export function distanceBetween(from: Point, to: Point): number {
  // Not Math.hypot, which engines round differently.
  return Math.sqrt((to.x - from.x) * (to.x - from.x) + (to.y - from.y) * (to.y - from.y));
}
