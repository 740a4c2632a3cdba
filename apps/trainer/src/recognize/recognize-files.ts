import { type ModelPair, thresholdFor, type Threshold } from '@facenet/export';
import { type FaceModel } from '@facenet/model';
import { embedFiles } from '../model/embed-files.ts';
import type { ReadGallery } from './read-gallery.ts';
import { recognizeFace, type Recognition, type RecognizeRule } from './recognize-face.ts';

export interface FileRecognition extends Recognition {
  readonly file: string;
  /** Cosine of the deciding embeddings, −1 to 1. */
  readonly similarity: number;
  readonly threshold: number;
  readonly ambiguousBelow: number;
  /** How much farther everyone else has to be for a match. */
  readonly requiredGap: number;
  readonly far: number;
  readonly modelId: string;
  readonly galleryModelId: string;
  readonly spaceId: string;
  /** What the threshold rests on. */
  readonly measured: Pick<Threshold, 'source' | 'pairsSame' | 'pairsDifferent'>;
}

export interface RecognizeOptions {
  readonly k: number;
  readonly far: number;
  /** `usualGap` of the threshold unless told. */
  readonly gap?: number | undefined;
  /** Thresholds of the pair of models may stand in either bundle. */
  readonly known: { readonly thresholds: readonly Threshold[] };
}

const largestDistance = 4;
/** As a share of the threshold, since models differ in how far apart they put faces. README.md says what it was chosen by. */
const usualGap = 0.25;

/** Who each of some ready crops shows. An image that cannot be decoded is an error that names it. */
export async function recognizeFiles(
  model: FaceModel, gallery: ReadGallery, files: readonly string[], { k, far, known, ...options }: RecognizeOptions,
): Promise<FileRecognition[]> {
  const { manifest: { modelId, spaceId }, embedding: size } = model;
  const pair: ModelPair = { query: modelId, gallery: gallery.modelId };
  const { threshold, source, pairsSame, pairsDifferent } = thresholdFor(known, pair, far);
  // With every pair accepted, all distances are below.
  const ambiguousBelow = 10 * far < 1 ? thresholdFor(known, pair, 10 * far).threshold : largestDistance;
  const gap = options.gap ?? usualGap * threshold;
  const rule: RecognizeRule = { k, threshold, ambiguousBelow, gap };
  const { embeddings } = await embedFiles(model, files);
  return files.map((file, i) => {
    const answer = recognizeFace(gallery, embeddings.subarray(i * size, (i + 1) * size), rule);
    return {
      file, ...answer, similarity: 1 - answer.distance / 2, threshold, ambiguousBelow, requiredGap: gap, far,
      modelId, galleryModelId: gallery.modelId, spaceId, measured: { source, pairsSame, pairsDifferent },
    };
  });
}
