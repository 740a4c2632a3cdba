import type { FaceAssessment } from './quality.ts';

/** The least that is asked of a face before it is enrolled. */
export interface QualityGate {
  readonly sharpness: number;
  readonly size: number;
  readonly pose: number;
  readonly exposure: number;
}

/**
 * `standard` refuses what a recogniser can hardly use: fewer than 9 pixels between the eyes, a blur of σ ≈ 3 crop pixels,
 * near-profile, a face in the dark. `strict` is for galleries made with care: 25 pixels, sharp, within 24° of the camera.
 */
export const qualityGates = {
  off: { sharpness: 0, size: 0, pose: 0, exposure: 0 },
  standard: { sharpness: 0.2, size: 0.25, pose: 0.2, exposure: 0.3 },
  strict: { sharpness: 0.45, size: 0.7, pose: 0.6, exposure: 0.6 },
} as const satisfies Record<string, QualityGate>;

export type QualityGateName = keyof typeof qualityGates;

export type QualityReason = 'too_small' | 'too_blurred' | 'turned_away' | 'too_dark' | 'too_bright';

/** Why a face does not pass, the plainest reason first; empty when it does. */
export function refusals({ quality: { sharpness, size, pose }, measures: { dark, bright } }: FaceAssessment, gate: QualityGate): QualityReason[] {
  const reasons: QualityReason[] = [];
  if (size < gate.size) reasons.push('too_small');
  if (sharpness < gate.sharpness) reasons.push('too_blurred');
  if (pose < gate.pose) reasons.push('turned_away');
  if (dark < gate.exposure) reasons.push('too_dark');
  if (bright < gate.exposure) reasons.push('too_bright');
  return reasons;
}
