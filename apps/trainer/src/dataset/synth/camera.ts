import { cosine, sine } from './curves.ts';
import type { Point3 } from './head.ts';

export interface Pose {
  /** Radians. Positive turns the face to the right of the picture. */
  readonly yaw: number;
  /** Positive looks down. */
  readonly pitch: number;
  /** Positive leans to the right, clockwise in the picture. */
  readonly roll: number;
}

/** Nine numbers, row by row. */
export type Rotation = readonly number[];

/** The head nods and turns on the neck, not around the eyes. */
const pivot = { x: 0, y: 45, z: -45 } as const;

/** First yaw around the vertical axis, then pitch, then roll. */
export function rotationOf({ yaw, pitch, roll }: Pose): Rotation {
  const cosRoll = cosine(roll);
  const sinRoll = sine(roll);
  const cosYaw = cosine(yaw);
  const sinYaw = sine(yaw);
  const cosPitch = cosine(pitch);
  const sinPitch = sine(pitch);
  const right = [cosYaw, 0, sinYaw] as const;
  const down = [-sinPitch * sinYaw, cosPitch, sinPitch * cosYaw] as const;
  return [
    ...right.map((value, i) => cosRoll * value - sinRoll * down[i]!),
    ...right.map((value, i) => sinRoll * value + cosRoll * down[i]!),
    -cosPitch * sinYaw, -sinPitch, cosPitch * cosYaw,
  ];
}

export function rotate([a, b, c, d, e, f, g, h, i]: Rotation, { x, y, z }: Point3): Point3 {
  const dx = x - pivot.x;
  const dy = y - pivot.y;
  const dz = z - pivot.z;
  return {
    x: a! * dx + b! * dy + c! * dz + pivot.x,
    y: d! * dx + e! * dy + f! * dz + pivot.y,
    z: g! * dx + h! * dy + i! * dz + pivot.z,
  };
}

export interface Flat {
  readonly x: number;
  readonly y: number;
}

/** A turn, a scale and a shift of the picture plane: (x, y) → (a·x − b·y + dx, b·x + a·y + dy). */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly dx: number;
  readonly dy: number;
}

/** Perspective of a camera `distance` pixels in front of the eyes. */
export function project({ x, y, z }: Point3, distance: number): Flat {
  const scale = distance / (distance - z);
  return { x: x * scale, y: y * scale };
}

export function apply({ a, b, dx, dy }: Similarity, { x, y }: Flat): Flat {
  return { x: a * x - b * y + dx, y: b * x + a * y + dy };
}

/** `second` after `first`. */
export function compose(second: Similarity, first: Similarity): Similarity {
  const shift = apply(second, { x: first.dx, y: first.dy });
  return { a: second.a * first.a - second.b * first.b, b: second.a * first.b + second.b * first.a, dx: shift.x, dy: shift.y };
}

/** The similarity that brings `from` closest to `to` (least squares; Umeyama's closed form in the plane). */
export function align(from: readonly Flat[], to: readonly Flat[]): Similarity {
  const centreFrom = centroid(from);
  const centreTo = centroid(to);
  let along = 0;
  let across = 0;
  let spread = 0;
  from.forEach((point, i) => {
    const fx = point.x - centreFrom.x;
    const fy = point.y - centreFrom.y;
    const tx = to[i]!.x - centreTo.x;
    const ty = to[i]!.y - centreTo.y;
    along += fx * tx + fy * ty;
    across += fx * ty - fy * tx;
    spread += fx * fx + fy * fy;
  });
  const a = along / spread;
  const b = across / spread;
  return { a, b, dx: centreTo.x - a * centreFrom.x + b * centreFrom.y, dy: centreTo.y - b * centreFrom.x - a * centreFrom.y };
}

function centroid(points: readonly Flat[]): Flat {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point.x;
    y += point.y;
  }
  return { x: x / points.length, y: y / points.length };
}
