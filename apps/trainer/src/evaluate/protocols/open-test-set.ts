import { statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../cli/errors.ts';
import { readImageSet } from '../image-set.ts';
import { allPairsOf, lfwPairs } from './identity-folder.ts';
import type { ProtocolName } from './names.ts';
import { pairsBin } from './pairs-bin.ts';
import { cfpPairs, csvPairs } from './path-lists.ts';
import type { TestSet } from './test-set.ts';
import { videoPairs } from './videos.ts';

export interface TestSetRequest {
  readonly images: string | undefined;
  readonly pairs: string | undefined;
  readonly protocol: ProtocolName | undefined;
  readonly seed: number;
  readonly skipMissing: boolean;
}

interface Protocol {
  readonly needs: readonly ('images' | 'pairs')[];
  readonly refusesImages?: string;
  /** What it reads as pairs. */
  readonly pairs?: string;
  readonly open: (request: { images: string; pairs: string; optionalImages: string | undefined; seed: number; skipMissing: boolean }) => TestSet;
}

const protocols = {
  'all-pairs': { needs: ['images'], open: ({ images, seed }) => allPairsOf(readImageSet(images), seed) },
  lfw: { needs: ['images', 'pairs'], pairs: "pairs.txt in LFW's format", open: ({ images, pairs, skipMissing }) => lfwPairs(readImageSet(images), pairs, { skipMissing }) },
  bin: { needs: ['pairs'], refusesImages: 'they are inside the .bin', pairs: "InsightFace's .bin", open: ({ pairs }) => pairsBin(pairs) },
  csv: { needs: ['pairs'], pairs: 'a .csv of a,b,same[,fold]', open: ({ pairs, optionalImages, skipMissing }) => csvPairs(pairs, { images: optionalImages, skipMissing }) },
  'cfp-fp': { needs: ['pairs'], pairs: "CFP's folder Protocol", open: ({ pairs, optionalImages, skipMissing }) => cfpPairs(pairs, 'FP', { images: optionalImages, skipMissing }) },
  'cfp-ff': { needs: ['pairs'], pairs: "CFP's folder Protocol", open: ({ pairs, optionalImages, skipMissing }) => cfpPairs(pairs, 'FF', { images: optionalImages, skipMissing }) },
  ytf: { needs: ['images', 'pairs'], pairs: "YouTube Faces' splits.txt", open: ({ images, pairs, skipMissing }) => videoPairs(images, pairs, { skipMissing }) },
} as const satisfies Record<ProtocolName, Protocol>;

/** What to measure on, by the protocol asked for or the one that the pairs belong to. */
export function openTestSet({ images, pairs, protocol, seed, skipMissing }: TestSetRequest): TestSet {
  const name = protocol ?? protocolOf(pairs);
  const { needs, refusesImages, pairs: expected, open }: Protocol = protocols[name];
  if (needs.includes('pairs') && pairs === undefined) throw new UsageError(`protocol ${name}: expected --pairs, ${expected}`);
  if (!needs.includes('pairs') && pairs !== undefined) throw new UsageError(`protocol ${name}: takes no --pairs, got ${pairs}`);
  if (needs.includes('images') && images === undefined) throw new UsageError(`protocol ${name}: expected --images, the folder of the images`);
  if (refusesImages !== undefined && images !== undefined) throw new UsageError(`protocol ${name}: takes no --images, ${refusesImages}; got ${images}`);
  return open({ images: images ?? '', pairs: pairs ?? '', optionalImages: images, seed, skipMissing });
}

function protocolOf(pairs: string | undefined): ProtocolName {
  if (pairs === undefined) return 'all-pairs';
  if (statSync(pairs, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`${pairs}: a folder; expected a file of pairs, or --protocol cfp-fp or cfp-ff for CFP's folder Protocol`);
  }
  const extension = path.extname(pairs).toLowerCase();
  return extension === '.bin' ? 'bin' : extension === '.csv' ? 'csv' : 'lfw';
}
