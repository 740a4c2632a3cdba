// training.bin: what a model was trained on, so that an evaluation can refuse it.
//
//   8 bytes    FNTRAIN1
//   4 × 4      how many entries each section has: uint32, little-endian
//   4 × 8·n    the sections: images trained on, images held out, identities trained on, identities held out;
//              each entry the first 8 bytes of a SHA-256, sorted as bytes, none twice
//
// Of an image the digest is of its file's bytes, so a copy that was encoded again is another image. Of an identity it is
// of its name as `comparableName` gives it. Held out means: not learned from, but looked at to choose a checkpoint.
// With 64 bits, an image that was not trained on is taken for one of n that were with a probability of n / 2^64: for
// 10 million images in the list and a million evaluated, 5e-7 that any is.
import protobuf from 'protobufjs/minimal.js';
import { BundleError } from './bundle-error.ts';
import { sha256 } from './digest.ts';
import type { TrainingListFile } from './manifest.ts';

export const trainingSections = ['trainedImages', 'heldOutImages', 'trainedIdentities', 'heldOutIdentities'] as const;
export type TrainingSection = (typeof trainingSections)[number];

/** What was learned from and looked at: entries are the first 16 hexadecimal digits of SHA-256 digests. */
export type TrainingEntries = Readonly<Record<TrainingSection, ReadonlySet<string>>>;

/** The file, read. */
export interface TrainingList {
  readonly counts: TrainingCounts;
  has(section: TrainingSection, entry: string): boolean;
}

/** Entries of each section. */
export type TrainingCounts = Readonly<Record<TrainingSection, number>>;

const magic = 'FNTRAIN1';
const entryBytes = 8;
const headerBytes = magic.length + 4 * trainingSections.length;

/** The entry of a digest (64 hexadecimal digits, or the first 16 of them). */
export function trainingEntry(digest: string): string {
  return digest.slice(0, 2 * entryBytes);
}

/** The entry of an identity; undefined for a name that is only a number, which names other people in other sets. */
export async function identityEntry(name: string): Promise<string | undefined> {
  const comparable = comparableName(name);
  return comparable === undefined ? undefined : trainingEntry(await sha256(comparable));
}

/**
 * A name as sets of faces share it: `Aaron_Eckhart` and `aaron eckhart` are one. Undefined for numbered names (`0001`,
 * `n000001`, `person-00042`): they say nothing outside their own set.
 */
export function comparableName(name: string): string | undefined {
  const words = name.normalize('NFKC').toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();
  return words === '' || /^\p{L}* ?\p{N}+$/u.test(words) ? undefined : words;
}

export function encodeTrainingList(entries: TrainingEntries): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(headerBytes + trainingSections.reduce((sum, section) => sum + entryBytes * entries[section].size, 0));
  const view = new DataView(bytes.buffer);
  protobuf.util.utf8.write(magic, bytes, 0);
  trainingSections.forEach((section, i) => { view.setUint32(magic.length + 4 * i, entries[section].size, true); });
  let offset = headerBytes;
  for (const section of trainingSections) {
    for (const entry of [...entries[section]].sort()) {
      view.setBigUint64(offset, BigInt(`0x${entry}`));
      offset += entryBytes;
    }
  }
  return bytes;
}

/** Reads `training.bin`, which stays as it is in memory; a BundleError says what is wrong with it. */
export function parseTrainingList(bytes: Uint8Array): TrainingList {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = bytes.length >= headerBytes ? protobuf.util.utf8.read(bytes, 0, magic.length) : `${bytes.length} bytes`;
  if (start !== magic) throw new BundleError(`expected a list of what was trained on, which begins with ${magic}, got ${start}`);
  const sizes = trainingSections.map((_, i) => view.getUint32(magic.length + 4 * i, true));
  const expected = sizes.reduce((sum, size) => sum + entryBytes * size, headerBytes);
  if (bytes.length !== expected) throw new BundleError(`${bytes.length} bytes; its counts need ${expected}`);
  const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + entryBytes * size, headerBytes));
  trainingSections.forEach((section, i) => { checkSorted(view, section, starts[i]!, sizes[i]!); });
  return {
    counts: Object.fromEntries(trainingSections.map((section, i) => [section, sizes[i]!])) as unknown as TrainingCounts,
    has: (section, entry) => {
      const i = trainingSections.indexOf(section);
      return contains(view, starts[i]!, sizes[i]!, BigInt(`0x${entry}`));
    },
  };
}

/** Two halves at a time: a list may have millions of entries. */
function checkSorted(view: DataView, section: TrainingSection, start: number, size: number): void {
  for (let i = 1; i < size; i++) {
    const at = start + entryBytes * i;
    const [high, low] = [view.getUint32(at), view.getUint32(at + 4)];
    const [highBefore, lowBefore] = [view.getUint32(at - entryBytes), view.getUint32(at - 4)];
    if (high < highBefore || (high === highBefore && low <= lowBefore)) throw new BundleError(`${section}: not sorted at entry ${i}`);
  }
}

function contains(view: DataView, start: number, size: number, entry: bigint): boolean {
  let [from, to] = [0, size];
  while (from < to) {
    const middle = (from + to) >> 1;
    const value = view.getBigUint64(start + entryBytes * middle);
    if (value === entry) return true;
    if (value < entry) from = middle + 1;
    else to = middle;
  }
  return false;
}

/** What `model.json` says of the file. */
export async function describeTrainingList(bytes: Uint8Array): Promise<TrainingListFile> {
  return { file: 'training.bin', sha256: await sha256(bytes), ...parseTrainingList(bytes).counts };
}

/** An image or a person to evaluate on, under the name that a message gives it. */
export interface EvaluatedItem {
  readonly name: string;
  /** As `trainingEntry` or `identityEntry` make it; undefined where nothing can be said. */
  readonly entry: string | undefined;
}

/** Names of what an evaluation would share with the training. */
export type TrainingOverlap = Readonly<Record<TrainingSection, readonly string[]>>;

export function findTrainingOverlap(
  list: TrainingList, { images, identities }: { readonly images: readonly EvaluatedItem[]; readonly identities: readonly EvaluatedItem[] },
): TrainingOverlap {
  const among = (section: TrainingSection, items: readonly EvaluatedItem[]): string[] =>
    items.filter(({ entry }) => entry !== undefined && list.has(section, entry)).map(({ name }) => name);
  return {
    trainedImages: among('trainedImages', images),
    heldOutImages: among('heldOutImages', images),
    trainedIdentities: among('trainedIdentities', identities),
    heldOutIdentities: among('heldOutIdentities', identities),
  };
}
