import { type Grounds, groundsOf, type ModelPair, scaleFor, thresholdFor, type Threshold } from '@facenet/export';
import { NoFaceError } from '../cli/errors.ts';
import type { FaceReader } from '../data/face-reader.ts';
import { type FaceModel } from '@facenet/model';
import { embedFaces } from '../model/embed-faces.ts';
import { faceJson, type FaceJson } from '../model/face-json.ts';
import type { ReadGallery } from './read-gallery.ts';
import { recognizeFace, type Recognition } from './recognize-face.ts';

export interface FileRecognition extends Recognition {
  readonly file: string;
  readonly face: FaceJson;
  /** How many there are in the photo; each has an answer of its own. */
  readonly facesFound: number;
  /** Cosine of the deciding embeddings, −1 to 1. */
  readonly similarity: number;
  readonly threshold: number;
  readonly ambiguousBelow: number;
  readonly far: number;
  readonly modelId: string;
  readonly galleryModelId: string;
  readonly spaceId: string;
  /** What the threshold rests on. */
  readonly measured: Grounds;
}

export interface RecognizeOptions {
  readonly k: number | undefined;
  readonly far: number;
  /** As `judge` has it unless told. */
  readonly gap?: number | undefined;
  readonly reader: FaceReader;
  /** Thresholds of the pair of models may stand in either bundle. */
  readonly known: { readonly thresholds: readonly Threshold[] };
}

/** Who each face of some pictures is. An image that cannot be decoded, or has no face, is an error that names it. */
export async function recognizeFiles(
  model: FaceModel, gallery: ReadGallery, files: readonly string[], { k, far, gap, known, reader }: RecognizeOptions,
): Promise<FileRecognition[]> {
  const { modelId, spaceId } = model.manifest;
  const pair: ModelPair = { query: modelId, gallery: gallery.modelId };
  const measured = groundsOf(thresholdFor(known, pair, far));
  const scale = scaleFor(known, pair, far);
  const seen = await embedFaces(model, reader, files);
  return seen.flatMap(({ file, found, faces }) => {
    if (faces.length === 0) throw new NoFaceError(file);
    return faces.map((face) => {
      const answer = recognizeFace(gallery, face.embedding, { ...scale, k, gap });
      return {
        file, face: faceJson(face), facesFound: found, ...answer, similarity: 1 - answer.distance / 2, ...scale,
        modelId, galleryModelId: gallery.modelId, spaceId, measured,
      };
    });
  });
}
