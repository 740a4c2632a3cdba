import { createHash } from 'node:crypto';
import { type FaceFinder, type FoundFace, PhotoError } from '@facenet/photo';

export interface PaintedFace {
  /** Who it is: faces of one person are near each other. */
  readonly person: number;
  /** How far it is from the person's usual look, 0 to 1. */
  readonly variation?: number;
  readonly size?: number;
  readonly quality?: number;
  readonly score?: number;
}

/** A picture whose pixels are told in words, for a finder that reads those instead of a PNG. */
export function paint(...faces: readonly PaintedFace[]): Buffer {
  return Buffer.from(`PICTURE ${JSON.stringify({ width: 640, height: 480, faces })}`);
}

/** Finds the faces that a painted picture has, and refuses files as the real finder does. */
export function createPaintedFinder(): FaceFinder {
  return {
    version: 'painted-1',
    find: (request) => Promise.resolve().then(() => {
      const bytes = Buffer.from(request.photo);
      if (bytes.subarray(0, 7).toString('latin1') !== 'PICTURE') throw new PhotoError('not_an_image', 'not a picture');
      const { width, height, faces } = readPainting(bytes);
      if (width * height > 1e8) throw new PhotoError('too_many_pixels', 'too many pixels');
      const photo = { width, height, sha256: createHash('sha256').update(bytes).digest('hex') };
      const found = faces.map((face, i) => foundFace(face, i)).filter(({ detectionScore }) => detectionScore >= (request.minDetectionScore ?? 0));
      if (request.crop === true) return { photo, faces: found.slice(0, 1).map((each) => ({ ...each, box: null, landmarks: null, detectionScore: 1 })) };
      if (request.boxes !== undefined) return { photo, faces: request.boxes.map((box, i) => ({ ...foundFace(faces[i % Math.max(1, faces.length)] ?? { person: 0 }, i), box, landmarks: null, detectionScore: 1 })) };
      return { photo, faces: found.sort((a, b) => (b.box?.width ?? 0) - (a.box?.width ?? 0)) };
    }),
    dispose: () => Promise.resolve(),
  };
}

function readPainting(bytes: Buffer): { width: number; height: number; faces: readonly PaintedFace[] } {
  try {
    const painting = JSON.parse(bytes.subarray(8).toString('utf8')) as { width: number; height: number; faces: readonly PaintedFace[] };
    if (!Array.isArray(painting.faces)) throw new TypeError('no faces');
    return painting;
  } catch {
    throw new PhotoError('damaged_image', 'the picture ends too early');
  }
}

function foundFace({ person, variation = 0, size = 100, quality = 0.9, score = 0.99 }: PaintedFace, index: number): FoundFace {
  const data = new Uint8Array(3 * 4 * 4);
  data.set([person & 0xff, (person >> 8) & 0xff, Math.round(variation * 255)]);
  const x = 10 + 20 * index;
  return {
    box: { x, y: 20, width: size, height: size },
    landmarks: [{ x: x + 10, y: 40 }, { x: x + 30, y: 40 }, { x: x + 20, y: 50 }, { x: x + 12, y: 60 }, { x: x + 28, y: 60 }],
    detectionScore: score,
    quality: { overall: quality, sharpness: quality, size: 1, pose: 1, exposure: 1 },
    crop: { width: 4, height: 4, channels: 3, data },
  };
}
