import type { Box } from '@facenet/face';
import type { Detection } from './detected-face.ts';

/** Overlap as a share of both boxes' union, and of the smaller box: two passes may see a face in boxes of different sizes. */
const sameFace = { ofUnion: 0.35, ofSmaller: 0.65 } as const;

/** The surest of the boxes that show the same face, the surest first. */
export function suppressDoubles(detections: readonly Detection[]): Detection[] {
  const kept: Detection[] = [];
  for (const detection of detections.toSorted((a, b) => b.score - a.score)) {
    if (!kept.some(({ box }) => showSame(box, detection.box))) kept.push(detection);
  }
  return kept;
}

function showSame(a: Box, b: Box): boolean {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return false;
  const shared = width * height;
  const [areaA, areaB] = [a.width * a.height, b.width * b.height];
  return shared > sameFace.ofUnion * (areaA + areaB - shared) || shared > sameFace.ofSmaller * Math.min(areaA, areaB);
}
