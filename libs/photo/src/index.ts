export { PhotoError, type PhotoErrorReason } from './photo-error.ts';
export { decodePhoto, defaultPhotoLimits, type Photo, type PhotoLimits } from './decode.ts';
export { encodePhoto } from './encode.ts';
export { formatOf, imageFormats, type ImageFormat } from './image-format.ts';
export { DetectorError } from './detector-error.ts';
export { defaultMinScore, detectorVersion, FaceDetector, type FaceDetectorOptions } from './detector.ts';
export type { DetectedFace, Detection } from './detect/detected-face.ts';
