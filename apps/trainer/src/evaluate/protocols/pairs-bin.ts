import { createHash } from 'node:crypto';
import path from 'node:path';
import { contiguousFolds, usualFolds, type PairRows } from '@facenet/evaluation';
import type { EncodedPicture, PictureSource } from '../../data/encoded.ts';
import { readPairsBin } from '../../data/readers/pairs-bin.ts';
import type { ImageSet } from '../image-set.ts';
import { judgeImages, type TestSet } from './test-set.ts';

/** InsightFace's `.bin`: the images are inside, nobody says who they show, and the folds are the pairs in order. */
export function pairsBin(file: string): TestSet {
  const { images, same } = readPairsBin(file);
  const set = contiguousFolds(same.length);
  const { pictures, rowOf } = distinctPictures(images, path.basename(file));
  return {
    protocol: `${usualFolds} folds of pairs, InsightFace's .bin`,
    images: { files: pictures, labels: Int32Array.from(pictures.keys()), identities: [] },
    peopleKnown: false, listed: true, pairsFrom: file,
    judge: judgeImages((kept) => {
      const keptRow = rowsAmong(kept, pictures);
      const rows = [...same.keys()].map((pair) => [keptRow[rowOf[2 * pair]!]!, keptRow[rowOf[2 * pair + 1]!]!] as const);
      const usable = [...same.keys()].filter((pair) => Math.min(...rows[pair]!) >= 0);
      return {
        sets: usualFolds,
        first: Int32Array.from(usable, (pair) => rows[pair]![0]),
        second: Int32Array.from(usable, (pair) => rows[pair]![1]),
        same: Uint8Array.from(usable, (pair) => Number(same[pair])),
        set: Int32Array.from(usable, (pair) => set[pair]!),
        skipped: same.length - usable.length,
      } satisfies PairRows;
    }, false),
  };
}

/** A picture that is in several pairs is stored several times, and embedded once. */
function distinctPictures(images: readonly Uint8Array[], name: string): { pictures: EncodedPicture[]; rowOf: Int32Array } {
  const rows = new Map<string, number>();
  const pictures: EncodedPicture[] = [];
  const rowOf = Int32Array.from(images, (bytes, index) => {
    const digest = createHash('sha256').update(bytes).digest('base64');
    const known = rows.get(digest);
    if (known !== undefined) return known;
    rows.set(digest, pictures.length);
    return pictures.push({ name: `${name}: picture ${index}`, bytes }) - 1;
  });
  return { pictures, rowOf };
}

/** The row of each picture among those kept, −1 where it was left out. */
function rowsAmong({ files }: ImageSet<PictureSource>, pictures: readonly EncodedPicture[]): Int32Array {
  const rows = new Map(files.map((file, row) => [file, row]));
  return Int32Array.from(pictures, (picture) => rows.get(picture) ?? -1);
}
