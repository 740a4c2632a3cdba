import type { EmbeddedFace } from './embed-faces.ts';

/** A face as JSON has it: where it is in the upright photo, in pixels, and how fit it is for being compared. */
export interface FaceJson {
  /** Null for a ready crop, as are the landmarks. */
  readonly box: EmbeddedFace['box'];
  readonly landmarks: EmbeddedFace['landmarks'];
  readonly detectionScore: number;
  readonly quality: EmbeddedFace['quality'];
}

export function faceJson({ box, landmarks, detectionScore, quality }: FaceJson): FaceJson {
  return { box, landmarks, detectionScore, quality };
}

/** Where a face is, for people. */
export function placeOf({ box }: Pick<FaceJson, 'box'>): string {
  if (box === null) return 'the whole picture';
  const [x, y, width, height] = [box.x, box.y, box.width, box.height].map(Math.round);
  return `${width}×${height} at ${x}, ${y}`;
}
