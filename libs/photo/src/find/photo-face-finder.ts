import { createHash } from 'node:crypto';
import { type DetectedFace, photoPath } from '@facenet/detect';
import { assessQuality, FaceError, type Pixels } from '@facenet/face';
import { decodePhoto, type PhotoLimits } from '../decode.ts';
import { FaceDetector } from '../detector.ts';
import type { FaceFinder, FindRequest, FoundFace, FoundFaces } from './face-finder.ts';

export interface PhotoFaceFinderOptions {
  /** Threads that look for faces; each holds networks of its own. */
  readonly threads?: number;
  readonly limits?: Partial<PhotoLimits>;
}

/** Finds faces in photos: decoding on sharp's threads, detection and alignment on the detector's, so that the caller's own stays free. */
export class PhotoFaceFinder implements FaceFinder {
  readonly version = `${photoPath.detector}+${photoPath.alignment}`;
  readonly #detector: FaceDetector;
  readonly #limits: Partial<PhotoLimits>;

  constructor({ threads = 1, limits = {} }: PhotoFaceFinderOptions = {}) {
    this.#detector = new FaceDetector({ threads });
    this.#limits = limits;
  }

  async find(request: FindRequest): Promise<FoundFaces> {
    checkRequest(request);
    const photo = await decodePhoto(request.photo, this.#limits);
    return {
      photo: { width: photo.width, height: photo.height, sha256: createHash('sha256').update(request.photo).digest('hex') },
      faces: request.crop ? [wholeCrop(photo)] : (await this.#findIn(photo, request)).map(foundFace),
    };
  }

  async dispose(): Promise<void> {
    await this.#detector.dispose();
  }

  async #findIn(photo: Pixels, { boxes, landmarks, minDetectionScore }: FindRequest): Promise<DetectedFace[]> {
    if (landmarks) {
      const faces = await this.#detector.faceAtEach(photo, landmarks);
      return faces.map((face, i) => ({ ...face, box: boxes?.[i] ?? face.box }));
    }
    if (boxes) return await this.#detector.faceInEach(photo, boxes);
    return await this.#detector.detect(photo, minDetectionScore === undefined ? {} : { minScore: minDetectionScore });
  }
}

function checkRequest({ crop, boxes, landmarks }: FindRequest): void {
  if (crop && (boxes ?? landmarks)) throw new FaceError('a ready crop has no boxes or landmarks: send either');
  if (boxes && landmarks && boxes.length !== landmarks.length) {
    throw new FaceError(`expected landmarks for each box, got ${landmarks.length} for ${boxes.length} boxes`);
  }
}

function wholeCrop(crop: Pixels): FoundFace {
  return { box: null, landmarks: null, detectionScore: 1, ...assessQuality(crop, null), crop };
}

function foundFace({ score, ...face }: DetectedFace): FoundFace {
  return { ...face, detectionScore: score };
}
