import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseCfpPairs, parseCsvPairs, resolvePairs, type PathPairs } from '@facenet/evaluation';
import { UsageError } from '../../cli/errors.ts';
import type { PictureSource } from '../../data/encoded.ts';
import type { ImageSet } from '../image-set.ts';
import { readText } from './read-text.ts';
import { judgeImages, type TestSet } from './test-set.ts';

interface PathListOptions {
  /** Where the paths begin; beside the list unless told. */
  readonly images: string | undefined;
  readonly skipMissing: boolean;
}

/** Pairs of paths, `a,b,same[,fold]`; nobody says who they show. */
export function csvPairs(file: string, { images, skipMissing }: PathListOptions): TestSet {
  const pairs = parseCsvPairs(readText(file), file);
  return listed(pairs, {
    protocol: `${pairs.sets} folds of pairs, CSV`, pairsFrom: file, folder: images ?? path.dirname(file), skipMissing,
  });
}

/** CFP's protocol, from its folder `Protocol` as published. The crops may lie elsewhere, under the folders of the originals. */
export function cfpPairs(protocol: string, kind: 'FF' | 'FP', { images, skipMissing }: PathListOptions): TestSet {
  const file = parseCfpPairs({ kind, read: (name) => readText(path.join(protocol, name)) });
  const pairs = images === undefined ? file : {
    ...file,
    pairs: file.pairs.map((pair) => ({ ...pair, first: belowImages(pair.first), second: belowImages(pair.second) })),
  };
  return listed({ ...pairs, name: path.join(protocol, file.name) }, {
    protocol: `CFP-${kind}, ${pairs.sets} folds`, pairsFrom: protocol, folder: images ?? protocol, skipMissing,
    // 001/frontal/01.jpg
    personOf: (name) => path.basename(path.dirname(path.dirname(name))),
  });
}

/** `../Data/Images/001/frontal/01.jpg` → `001/frontal/01.jpg`. */
function belowImages(name: string): string {
  return name.split('/').slice(-3).join('/');
}

interface ListOptions {
  readonly protocol: string;
  readonly pairsFrom: string;
  readonly folder: string;
  readonly skipMissing: boolean;
  /** Who is on an image, by its path, where the protocol says so. */
  readonly personOf?: (file: string) => string;
}

function listed(pairs: PathPairs, { protocol, pairsFrom, folder, skipMissing, personOf }: ListOptions): TestSet {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`${folder}: no such folder; expected the images of ${pairsFrom}`);
  const fileOf = (name: string): string => path.resolve(folder, name);
  const named = [...new Set(pairs.pairs.flatMap(({ first, second }) => [first, second]))];
  const files = named.map(fileOf).filter((file) => existsSync(file));
  const missing = skipMissing ? 'skip' : 'error';
  const finder = (images: ImageSet<PictureSource>): (name: string) => number | undefined => {
    const rows = new Map(images.files.map((file, row) => [file, row]));
    return (name) => rows.get(fileOf(name));
  };
  const people = personOf ? [...new Set(files.map(personOf))] : [];
  const label = new Map(people.map((person, i) => [person, i]));
  const images: ImageSet<PictureSource> = {
    files, identities: people, labels: Int32Array.from(files, (file, row) => (personOf ? label.get(personOf(file))! : row)),
  };
  // Before the work, so that a mistake in the list is not found after minutes of embedding.
  resolvePairs(pairs, finder(images), { missing });
  return {
    protocol, images, pairsFrom, peopleKnown: personOf !== undefined, listed: true,
    judge: judgeImages((kept) => resolvePairs(pairs, finder(kept), { missing }), personOf !== undefined),
  };
}
