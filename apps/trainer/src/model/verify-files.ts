import { type Grounds, groundsOf, type Manifest, type ModelPair, scaleFor, thresholdFor, type Verdict, verdictOn } from '@facenet/export';
import { UsageError } from '../cli/errors.ts';
import { type FaceReader, largestFace } from '../data/face-reader.ts';
import { type FaceModel } from '@facenet/model';
import { embedFaces, type EmbeddedFace } from './embed-faces.ts';
import { faceJson, type FaceJson } from './face-json.ts';

export interface FileVerdict extends Verdict {
  /** Cosine of the two embeddings, −1 to 1. */
  readonly similarity: number;
  /** Of the first image's model. */
  readonly modelId: string;
  readonly galleryModelId: string;
  readonly spaceId: string;
  /** What the threshold rests on. */
  readonly measured: Grounds;
  /** The two that were compared. */
  readonly faces: readonly [ComparedFace, ComparedFace];
}

export interface ComparedFace extends FaceJson {
  readonly file: string;
  /** How many there are in the photo. */
  readonly facesFound: number;
}

export interface VerifyOptions {
  readonly far: number;
  readonly reader: FaceReader;
  /** Sees the second picture; the same model unless told. */
  readonly gallery?: FaceModel | undefined;
}

/** Whether two pictures show one person, each by its largest face: `a` seen by one model, `b` by the same or another one of its space. */
export async function verifyFiles(model: FaceModel, a: string, b: string, { far, reader, gallery = model }: VerifyOptions): Promise<FileVerdict> {
  requireOneSpace(model.manifest, gallery.manifest);
  const pair: ModelPair = { query: model.manifest.modelId, gallery: gallery.manifest.modelId };
  // Either bundle may have been measured against the other.
  const known = { thresholds: [...model.manifest.thresholds, ...gallery.manifest.thresholds] };
  // A pair without a threshold cannot be decided, so nothing needs to be computed.
  const scale = scaleFor(known, pair, far);
  const measured = groundsOf(thresholdFor(known, pair, far));
  const [one, other] = [await seen(model, reader, a), await seen(gallery, reader, b)];
  const distance = squaredDistance(one.embedding, other.embedding);
  return {
    ...verdictOn(distance, scale),
    similarity: 1 - distance / 2,
    modelId: pair.query,
    galleryModelId: pair.gallery,
    spaceId: model.manifest.spaceId,
    measured,
    faces: [one.face, other.face],
  };
}

async function seen(model: FaceModel, reader: FaceReader, file: string): Promise<{ embedding: EmbeddedFace['embedding']; face: ComparedFace }> {
  const [{ found, faces } = { found: 0, faces: [] }] = await embedFaces(model, reader, [file], { choose: (each) => [largestFace(file, { faces: each })] });
  const [face] = faces;
  if (face === undefined) throw new Error(`internal: no face chosen of ${file}`);
  return { embedding: face.embedding, face: { file, facesFound: found, ...faceJson(face) } };
}

/** Throws unless the embeddings of two models may be compared. */
export function requireOneSpace(query: Manifest, gallery: Manifest): void {
  if (query.spaceId === gallery.spaceId) {
    if (query.embedding.size === gallery.embedding.size) return;
    throw new UsageError(`${query.name} gives ${query.embedding.size} numbers and ${gallery.name} ${gallery.embedding.size}, though both name the space '${query.spaceId}'; expected embeddings of one size`);
  }
  throw new UsageError(
    `${query.name} embeds into the space '${query.spaceId}' and ${gallery.name} into '${gallery.spaceId}'; expected models of one space, ` +
    'which a passing report of facenet compare brings about',
  );
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
}
