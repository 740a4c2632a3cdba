import { alignedPoints, alignedSize } from './align.ts';
import { distanceBetween, type FivePoints } from './five-points.ts';
import { blownShare, laplacianShare, lumaAt, lumaOfFace } from './light.ts';
import type { Pixels } from './pixels.ts';
import { estimatePose, type Pose } from './pose.ts';

/** How fit a face is for being compared; each number from 0 to 1, 1 being as good as it needs to be. */
export interface FaceQuality {
  /** The worst of the others. */
  readonly overall: number;
  /** √(10 × Laplacian variance ÷ luma variance) of the crop: 1 for a usual press photo, 0.6 blurred by σ = 1 crop pixel, 0.3 by 2. */
  readonly sharpness: number;
  /** Pixels between the eyes in the photo, over those in the crop: below 1 the crop had to be enlarged. */
  readonly size: number;
  /** 1 looking into the camera, 0 turned by 60° or more; 1 where no landmarks are known. Roll is undone by the alignment and does not count. */
  readonly pose: number;
  /** The worse of `dark` and `bright` of the measures. */
  readonly exposure: number;
}

/** What the quality was judged by. */
export interface QualityMeasures {
  /** In pixels of the photo. */
  readonly eyeDistance: number;
  /** Null where no landmarks are known. */
  readonly pose: Pose | null;
  /** 1 when the face's highlights (luma at 95 %) reach 96, whatever the colour of the skin; less in proportion. */
  readonly dark: number;
  /** 1 without blown-out pixels, 0 when they are half of the face. */
  readonly bright: number;
}

export interface FaceAssessment {
  readonly quality: FaceQuality;
  readonly measures: QualityMeasures;
}

/** Eye distance in an aligned crop. */
const fullEyeDistance = distanceBetween(alignedPoints[0], alignedPoints[1]);
const usualLaplacianShare = 0.1;
const turnedAway = 60;
const litHighlights = 96;

/** Judges a face by its aligned crop and its landmarks in the photo; null for a ready crop, which is taken to be aligned. */
export function assessQuality(crop: Pixels, landmarks: FivePoints | null): FaceAssessment {
  const luma = lumaOfFace(crop);
  const eyeDistance = landmarks ? distanceBetween(landmarks[0], landmarks[1]) : fullEyeDistance * (Math.min(crop.width, crop.height) / alignedSize);
  const pose = landmarks && estimatePose(landmarks);
  const dark = share(lumaAt(luma, 0.95) / litHighlights);
  const bright = share(1 - 2 * blownShare(luma));
  const scores = {
    sharpness: share(Math.sqrt(laplacianShare(luma) / usualLaplacianShare)),
    size: share(eyeDistance / fullEyeDistance),
    pose: pose ? share(1 - angleFromCamera(pose) / turnedAway) : 1,
    exposure: Math.min(dark, bright),
  };
  return { quality: { overall: Math.min(...Object.values(scores)), ...scores }, measures: { eyeDistance, pose, dark, bright } };
}

function angleFromCamera({ yaw, pitch }: Pose): number {
  return Math.sqrt(yaw * yaw + pitch * pitch);
}

/** From 0 to 1; landmarks in one line give NaN, which is as bad as can be. */
function share(value: number): number {
  return value > 0 ? Math.min(1, value) : 0;
}
