import type { Box, FaceAssessment, FivePoints, Pixels } from '@facenet/face';

/** Where something that looks like a face is. */
export interface Detection {
  /** In pixels of the upright photo; may reach over its edge. */
  readonly box: Box;
  /** How sure the detector is, 0 to 1; 1 for what the caller says is a face. Never a similarity. */
  readonly score: number;
}

export interface DetectedFace extends Detection, FaceAssessment {
  /** In pixels of the upright photo. */
  readonly landmarks: FivePoints;
  /** Aligned, 136×136. */
  readonly crop: Pixels;
}

/** Where to look: everywhere, in boxes that the caller knows, or at landmarks that the caller knows. */
export type Search =
  | { readonly kind: 'everywhere'; readonly minScore: number }
  | { readonly kind: 'boxes'; readonly boxes: readonly Box[] }
  | { readonly kind: 'landmarks'; readonly landmarks: readonly FivePoints[] };

/** What counts as a face where the caller does not say: below it, most are ears and patterns. */
export const defaultMinScore = 0.5;
