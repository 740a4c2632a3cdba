export { FaceError, type Box, type Pixels, type Size } from './pixels.ts';
export { colorOrders, defaultPreprocessing, parsePreprocessing, type PerChannel, type PhotoPath, type Preprocessing } from './preprocessing.ts';
export { cropBox, jitterBox, type Jitter } from './crop.ts';
export { toInput, type ToInputOptions } from './to-input.ts';
export {
  blur, erase, planesOf, randomPatch, tonesOf,
  type Patch, type Planes, type Tones,
} from './augment.ts';
export { recolour, type Recolouring } from './recolour.ts';
export { fivePointsOf, checkFivePoints, distanceBetween, type FivePoints, type Point } from './five-points.ts';
export { applySimilarity, fitSimilarity, invertSimilarity, scaleOf, type Similarity } from './similarity.ts';
export { warp } from './warp.ts';
export {
  alignedLandmarks, alignedMargin, alignedPoints, alignedSize, alignFace, alignmentOf, alignmentVersion, boxAround, isAlignedCrop,
} from './align.ts';
export { estimatePose, plainFace, type Pose } from './pose.ts';
export { assessQuality, type FaceAssessment, type FaceQuality, type QualityMeasures } from './quality.ts';
export { qualityGates, refusals, type QualityGate, type QualityGateName, type QualityReason } from './quality-gate.ts';
