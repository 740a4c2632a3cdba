import { findTrainingOverlap, identityEntry, type Manifest, type TrainingList } from '@facenet/export';
import { UsageError } from '../cli/errors.ts';
import { nameOf, type PictureSource } from '../data/encoded.ts';
import { imageEntries } from './training-digests.ts';

/** A model and what it was trained on, where that is known; an opened bundle is one. */
export interface TrainedModel {
  readonly manifest: Pick<Manifest, 'name'>;
  readonly trainingList?: TrainingList | undefined;
}

export interface TrainingCheck {
  /** False where it is not known what the model was trained on. */
  readonly checked: boolean;
  /** Images, and people, that were looked at to choose the model's checkpoint: figures on them may flatter it. */
  readonly heldOut: { readonly images: number; readonly identities: number };
  /** What whoever reads the figures must know. */
  readonly note?: string;
}

/** Throws a UsageError when any of these images, or of these people by name, was trained on. */
export async function refuseTrainingImages(
  { manifest: { name: model }, trainingList }: TrainedModel, files: readonly PictureSource[], identities: readonly string[],
  onProgress?: (done: number, total: number) => void,
): Promise<TrainingCheck> {
  if (trainingList === undefined) {
    const note = `${model}: its bundle does not say what it was trained on, so it could not be checked that these images are new to it`;
    return { checked: false, heldOut: { images: 0, identities: 0 }, note };
  }
  const entries = await imageEntries(files, onProgress);
  const overlap = findTrainingOverlap(trainingList, {
    images: files.map((file, i) => ({ name: nameOf(file), entry: entries[i]! })),
    identities: await Promise.all(identities.map(async (name) => ({ name, entry: await identityEntry(name) }))),
  });
  refuse(model, 'images', overlap.trainedImages, files.length);
  refuse(model, 'people (by name)', overlap.trainedIdentities, identities.length);
  const heldOut = { images: overlap.heldOutImages.length, identities: overlap.heldOutIdentities.length };
  if (heldOut.images + heldOut.identities === 0) return { checked: true, heldOut };
  const what = `${heldOut.images} of these images and ${heldOut.identities} of these people (by name)`;
  return { checked: true, heldOut, note: `${model}: ${what} were held out of its training to choose a checkpoint, so figures on them may flatter it` };
}

const shown = 3;

function refuse(model: string, what: string, found: readonly string[], of: number): void {
  if (found.length === 0) return;
  const some = found.slice(0, shown).join(', ') + (found.length > shown ? ', …' : '');
  throw new UsageError(`${found.length} of ${of} ${what} were trained on by ${model}: ${some}; figures on them would say nothing, choose others`);
}
