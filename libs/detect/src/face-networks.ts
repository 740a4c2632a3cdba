import { type Box, defaultPreprocessing, type Pixels, type Point, toInput } from '@facenet/face';
import type { Detection } from './detected-face.ts';
import { landmarkInput, landmarkModel } from './networks/landmarks.ts';
import { readStoredWeights } from './networks/stored-weights.ts';
import { detectorInput, readGrid, tinyDetectorModel } from './networks/tiny-detector.ts';

export interface FaceNetworks {
  /** Boxes in the picture's pixels, of what is seen in the square `view` at this input size. */
  detect(pixels: Pixels, view: Box, inputSize: number, minScore: number): Promise<Detection[]>;
  /** 68 points for each square. */
  landmarks(pixels: Pixels, squares: readonly Box[]): Promise<Point[][]>;
}

/** The two networks as ONNX: `images` in, `grid` or `points` out. */
export interface FaceNetworkFiles {
  readonly detector: Uint8Array<ArrayBuffer>;
  readonly landmarks: Uint8Array<ArrayBuffer>;
}

/** Runs one of them; whatever loads ONNX can. */
export type RunNetwork = (images: Float32Array, dims: readonly number[]) => Promise<Float32Array>;

/** What the package @vladmandic/face-api carries, in its folder `model`. */
export const storedNetworks = { detector: 'tiny_face_detector_model', landmarks: 'face_landmark_68_model' } as const;
export const storedFiles = (name: string): { readonly manifest: string; readonly weights: string } => (
  { manifest: `${name}-weights_manifest.json`, weights: `${name}.bin` }
);

/** From those files, which are read by their names in that folder. */
export function faceNetworkFiles(readText: (file: string) => string, readBytes: (file: string) => Uint8Array): FaceNetworkFiles {
  const stored = (name: string) => {
    const { manifest, weights } = storedFiles(name);
    return readStoredWeights(readText(manifest), readBytes(weights));
  };
  return { detector: tinyDetectorModel(stored(storedNetworks.detector)), landmarks: landmarkModel(stored(storedNetworks.landmarks)) };
}

/** A crowd in one batch would take gigabytes. */
const facesAtOnce = 16;
/** What is less sure than this is seen everywhere. */
const leastScore = 0.05;

export function faceNetworks(run: { readonly detector: RunNetwork; readonly landmarks: RunNetwork }): FaceNetworks {
  return {
    async detect(pixels, view, size, minScore) {
      const input = toInput(pixels, view, [size, size], { ...defaultPreprocessing, ...detectorInput });
      return readGrid(await run.detector(input, [1, 3, size, size]), size / 32, view, Math.min(0.99, Math.max(leastScore, minScore)));
    },
    async landmarks(pixels, squares) {
      const { size, mean, std } = landmarkInput;
      const points: Point[][] = [];
      for (let start = 0; start < squares.length; start += facesAtOnce) {
        const batch = squares.slice(start, start + facesAtOnce);
        const input = new Float32Array(batch.length * 3 * size * size);
        batch.forEach((square, i) => { toInput(pixels, square, [size, size], { ...defaultPreprocessing, mean, std }, input, i * 3 * size * size); });
        const shares = await run.landmarks(input, [batch.length, 3, size, size]);
        points.push(...batch.map((square, i) => pointsWithin(square, shares.subarray(136 * i, 136 * (i + 1)))));
      }
      return points;
    },
  };
}

function pointsWithin(square: Box, shares: Float32Array): Point[] {
  return Array.from({ length: shares.length / 2 }, (_, i) => ({
    x: square.x + shares[2 * i]! * square.width,
    y: square.y + shares[2 * i + 1]! * square.height,
  }));
}
