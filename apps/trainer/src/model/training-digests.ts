import { createHash } from 'node:crypto';
import { encodeTrainingList, identityEntry, trainingEntry } from '@facenet/export';
import { CliError } from '../cli/errors.ts';
import { storedBytes } from '../data/decode.ts';
import { nameOf, type PictureSource } from '../data/encoded.ts';
import type { Identity } from '../data/identity.ts';

/** Who a network learned from, and who was kept away from it and looked at to choose a checkpoint. */
export interface TrainingPeople {
  readonly train: readonly Identity[];
  readonly heldOut: readonly Identity[];
}

type OnProgress = (done: number, total: number) => void;

/** The file `training.bin` of a bundle: digests of every image's bytes and of the names of people. */
export async function digestTraining({ train, heldOut }: TrainingPeople, onProgress: OnProgress = () => undefined): Promise<Uint8Array<ArrayBuffer>> {
  const filesOf = (people: readonly Identity[]): string[] => [...new Set(people.flatMap(({ files }) => files))];
  const [trained, kept] = [filesOf(train), filesOf(heldOut)];
  const digests = await imageEntries([...trained, ...kept], onProgress);
  return encodeTrainingList({
    trainedImages: new Set(digests.slice(0, trained.length)),
    heldOutImages: new Set(digests.slice(trained.length)),
    trainedIdentities: await nameEntries(train),
    heldOutIdentities: await nameEntries(heldOut),
  });
}

const atOnce = 16;

/** The entry of each file, by its bytes. */
export async function imageEntries(files: readonly PictureSource[], onProgress: OnProgress = () => undefined): Promise<string[]> {
  const entries: string[] = [];
  for (let i = 0; i < files.length; i += atOnce) {
    entries.push(...await Promise.all(files.slice(i, i + atOnce).map(entryOf)));
    onProgress(entries.length, files.length);
  }
  return entries;
}

async function entryOf(file: PictureSource): Promise<string> {
  try {
    const bytes = typeof file === 'string' ? await storedBytes(file) : file.bytes;
    return trainingEntry(createHash('sha256').update(bytes).digest('hex'));
  } catch (error) {
    throw new CliError(`${nameOf(file)}: cannot read the image (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}

async function nameEntries(people: readonly Identity[]): Promise<Set<string>> {
  const entries = await Promise.all(people.map(({ name }) => identityEntry(name)));
  return new Set(entries.filter((entry) => entry !== undefined));
}
