import { Random } from '@facenet/architecture';
import { makePairs, mostPairsPerSet, parsePairs, resolvePairs, type PairsFile, type Person } from '@facenet/evaluation';
import { imageFinder, type ImageSet } from '../image-set.ts';
import { readText } from './read-text.ts';
import { judgeImages, type TestSet } from './test-set.ts';

interface Missing {
  /** Leave out pairs of which an image is missing. */
  readonly skipMissing: boolean;
}

/** The pairs of a list in LFW's format, by the images of a folder of identities. */
export function lfwPairs(images: ImageSet, pairs: string, { skipMissing }: Missing): TestSet {
  const file = readPairs(pairs);
  const missing = skipMissing ? 'skip' : 'error';
  // Before the work, so that a mistake in the list is not found after minutes of embedding.
  resolvePairs(file, imageFinder(images).rowOf, { missing });
  return {
    protocol: `${file.sets} folds of pairs, LFW's format`,
    images, peopleKnown: true, listed: true, pairsFrom: pairs,
    judge: judgeImages((kept) => resolvePairs(file, imageFinder(kept).rowOf, { missing }), true),
  };
}

/** Reads a pairs file in LFW's format. */
export function readPairs(file: string): PairsFile {
  return parsePairs(readText(file), file);
}

const sets = 10;

/** All pairs of a folder of identities; beside them as many pairs in ten folds as the images allow, up to LFW's 6,000. */
export function allPairsOf(images: ImageSet, seed: number): TestSet {
  const plain = { protocol: 'all pairs', images, peopleKnown: true, listed: false };
  if (drawPairs(imageFinder(images).people, seed) === undefined) return plain;
  return {
    ...plain,
    pairsFrom: `drawn from the images, seed ${seed}`,
    judge: judgeImages((kept) => {
      const { people, rowOf } = imageFinder(kept);
      const file = drawPairs(people, seed);
      return file && resolvePairs(file, rowOf);
    }, true),
  };
}

/** Pairs as LFW's, as many as the images allow up to LFW's 6,000; undefined where they do not allow ten sets. */
export function drawPairs(people: readonly Person[], seed: number): PairsFile | undefined {
  const perSet = Math.min(300, mostPairsPerSet(people, sets));
  return perSet > 0 ? makePairs(people, { sets, perSet, random: new Random(seed, 'evaluation/pairs') }) : undefined;
}
