import { availableParallelism } from 'node:os';
import { photoFit } from '@facenet/detect';
import type { FaceModel } from '@facenet/model';
import { UsageError } from '../cli/errors.ts';
import { say } from '../cli/output.ts';
import { FaceReader, type PictureKind } from '../data/face-reader.ts';

/** Photos that one thread of the detector looks at before a second one is worth its start. */
const photosPerThread = 8;

/**
 * What reads faces for these models, out of ready crops, whole photos, or either. Photos are refused where a model was made
 * for another alignment, and where it does not say what it was made for, that is said.
 */
export function openFaces(models: readonly FaceModel[], files: number, kind: PictureKind): FaceReader {
  if (kind !== 'crops') models.forEach(requirePhotos);
  const threads = Math.max(1, Math.min(availableParallelism(), Math.ceil(files / photosPerThread)));
  return new FaceReader({ kind, threads });
}

function requirePhotos({ manifest: { name }, preprocessing }: FaceModel): void {
  const fit = photoFit(preprocessing);
  if (fit.fits === 'no') throw new UsageError(`${name} ${fit.why} (--crop)`);
  if (fit.fits === 'perhaps') say(`${name} ${fit.why}`);
}
