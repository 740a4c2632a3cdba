export { PhotoError, type PhotoErrorReason } from './photo-error.ts';
export { decodePhoto, defaultPhotoLimits, type Photo, type PhotoLimits } from './decode.ts';
export { encodePhoto } from './encode.ts';
export { formatOf, imageFormats, type ImageFormat } from './image-format.ts';
export { DetectorError } from './detector-error.ts';
export { FaceDetector, type FaceDetectorOptions } from './detector.ts';
export type { FaceFinder, FindRequest, FoundFace, FoundFaces, Landmarks } from './find/face-finder.ts';
export { PhotoFaceFinder, type PhotoFaceFinderOptions } from './find/photo-face-finder.ts';
