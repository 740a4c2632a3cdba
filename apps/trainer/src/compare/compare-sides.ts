import { crossModelTable, parsePairs, refusalAtFar, resolvePairs, type CrossModelTable, type Embeddings, type PairsFile } from '@facenet/evaluation';
import { UsageError } from '../cli/errors.ts';
import type { Progress } from '../cli/progress.ts';
import { imageFinder, onlyFiles, readImageSet, type ImageSet } from '../evaluate/image-set.ts';
import { readTextFile } from '../files/read-text.ts';
import { cellAccuracies, type CellAccuracies } from './accuracy.ts';
import type { EmbeddedSide, Side } from './side.ts';

export interface CompareOptions {
  /** The folder of identities, or those of two bundles as a set. */
  readonly images: string | ImageSet;
  readonly pairs?: string | undefined;
  readonly far: number;
  readonly resamples: number;
  readonly seed: number;
  /** A broken image is an error, not left out. */
  readonly strict: boolean;
  /** Leave out images without an embedding in a file, and pairs whose images are missing. */
  readonly skipMissing: boolean;
  readonly progress: Pick<Progress, 'line' | 'update'>;
}

export interface Comparison {
  readonly gallery: Side;
  readonly query: Side;
  readonly table: CrossModelTable;
  readonly accuracies: CellAccuracies | undefined;
  readonly broken: readonly string[];
  /** Images that a file of embeddings lacks. */
  readonly missing: number;
  readonly notes: readonly string[];
}

/** Embeds a folder of ready crops with both and fills the table. */
export async function compareSides(gallery: Side, query: Side, options: CompareOptions): Promise<Comparison> {
  if (gallery.size !== query.size) {
    throw new UsageError(`${gallery.name} gives ${gallery.size} numbers and ${query.name} ${query.size}; embeddings of different sizes cannot be compared`);
  }
  const { progress } = options;
  const listed = typeof options.images === 'string' ? readImageSet(options.images) : options.images;
  requireEnoughPairs(listed, options.far);
  // Read first, so that a mistake in it is not found after minutes of embedding.
  const file = options.pairs === undefined ? undefined : parsePairs(readTextFile(options.pairs, 'the pairs'), options.pairs);
  if (file && !options.skipMissing) resolvePairs(file, imageFinder(listed).rowOf);
  const notes = [...gallery.notes, ...query.notes];
  for (const side of differentSides(gallery, query)) {
    const { note } = await side.refuseTrained(listed.files, listed.identities, progress);
    if (note !== undefined) notes.push(note);
  }
  const embedded = await embedBoth(gallery, query, listed, options);
  const { images, embeddings } = embedded;
  const table = crossModelTable(embeddings.gallery, embeddings.query, images.labels, {
    far: options.far, resamples: options.resamples, seed: options.seed,
    onProgress: (share, what) => { progress.update(share, `all pairs of ${images.files.length} images: ${what}`); },
  });
  return {
    gallery, query, table, notes, broken: embedded.broken, missing: embedded.missing,
    accuracies: file && measurePairs(file, images, embeddings, options.skipMissing),
  };
}

/** Before minutes of embedding rather than after them. */
function requireEnoughPairs({ labels, identities }: ImageSet, far: number): void {
  const images = new Float64Array(identities.length);
  for (const label of labels) images[label]!++;
  const same = images.reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  const refused = refusalAtFar({ pairsDifferent: (labels.length * (labels.length - 1)) / 2 - same }, far);
  if (refused !== undefined) throw new UsageError(refused);
  if (same === 0) throw new UsageError(`none of ${identities.length} people has two images, so there is nothing to recognise`);
}

/** A model compared with itself is looked at once. */
function differentSides(gallery: Side, query: Side): Side[] {
  return gallery.modelId === query.modelId && gallery.kind === query.kind ? [query] : [gallery, query];
}

interface BothEmbedded {
  readonly images: ImageSet;
  readonly embeddings: { readonly gallery: Embeddings; readonly query: Embeddings };
  readonly broken: readonly string[];
  readonly missing: number;
}

async function embedBoth(gallery: Side, query: Side, listed: ImageSet, { images, strict, skipMissing, progress }: CompareOptions): Promise<BothEmbedded> {
  // Files of embeddings name their images from it.
  const root = typeof images === 'string' ? images : '';
  const broken: string[] = [];
  const onBroken = (message: string): void => {
    if (strict) throw new UsageError(`${message}; --strict allows none`);
    progress.line(`left out: ${message}`);
    broken.push(message);
  };
  const embed = (side: Side, files: readonly string[]): Promise<EmbeddedSide> => side.embed(files, {
    root, onBroken, skipMissing, onProgress: (share, note) => { progress.update(share, note); },
  });
  const first = await embed(gallery, listed.files);
  // Only what the first one has: an image counts with both or not at all.
  const second = await embed(query, first.files);
  if (second.files.length === 0) throw new UsageError(`none of ${listed.files.length} images has both embeddings`);
  return {
    images: onlyFiles(listed, second.files),
    embeddings: { gallery: rowsOf(first, second.files), query: second.embeddings },
    broken, missing: first.missing + second.missing,
  };
}

function rowsOf({ files, embeddings: { data, size } }: EmbeddedSide, kept: readonly string[]): Embeddings {
  if (kept.length === files.length) return { data, size };
  const rowOf = new Map(files.map((file, row) => [file, row]));
  const taken = new Float32Array(kept.length * size);
  kept.forEach((file, i) => { taken.set(data.subarray(rowOf.get(file)! * size, (rowOf.get(file)! + 1) * size), i * size); });
  return { data: taken, size };
}

function measurePairs(file: PairsFile, images: ImageSet, { gallery, query }: BothEmbedded['embeddings'], skipMissing: boolean): CellAccuracies {
  const pairs = resolvePairs(file, imageFinder(images).rowOf, { missing: skipMissing ? 'skip' : 'error' });
  return cellAccuracies(gallery, query, pairs);
}
