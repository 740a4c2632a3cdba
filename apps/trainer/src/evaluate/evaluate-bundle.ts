import { readFileSync } from 'node:fs';
import { Random } from '@facenet/architecture';
import {
  combineFlipped, makePairs, mostPairsPerSet, parsePairs, resolvePairs, type Embeddings, type PairsFile, type Person,
} from '@facenet/evaluation';
import type { Pixels } from '@facenet/face';
import { UsageError } from '../cli/errors.ts';
import type { Progress } from '../cli/progress.ts';
import { embedFiles, type FaceModel } from '../model/face-model.ts';
import { evaluateEmbeddings, type EvaluationResult } from './evaluate-embeddings.ts';
import { imageFinder, onlyFiles, type ImageSet } from './image-set.ts';
import { describePerturbation, perturb, type Perturbation } from './perturb.ts';

export interface EvaluateBundleOptions {
  /** A pairs file; without one, pairs are drawn from the images. */
  readonly pairs?: string | undefined;
  readonly seed: number;
  readonly far: number;
  readonly flip: boolean;
  /** A broken image is an error, not left out. */
  readonly strict: boolean;
  /** Leave out pairs of which an image is missing. */
  readonly skipMissing: boolean;
  readonly whole: boolean;
  /** Makes every crop worse in the same way before the network sees it. */
  readonly perturbation?: Perturbation | undefined;
  readonly progress: Progress;
}

export interface BundleEvaluation extends EvaluationResult {
  readonly pairsFrom: string | undefined;
  readonly broken: readonly string[];
}

/** Embeds a folder of ready crops and measures the embeddings. */
export async function evaluateBundle(model: FaceModel, listed: ImageSet, options: EvaluateBundleOptions): Promise<BundleEvaluation> {
  // Read first, so that a mistake in it is not found after minutes of embedding.
  const file = options.pairs === undefined ? undefined : readPairs(options.pairs);
  if (file && !options.skipMissing) resolvePairs(file, imageFinder(listed).rowOf);
  const { images, embeddings, broken } = await embedImageSet(model, listed, options);
  const { rowOf, people } = imageFinder(images);
  const chosen = file ?? drawPairs(people, options.seed);
  const pairs = chosen && resolvePairs(chosen, rowOf, { missing: options.skipMissing ? 'skip' : 'error' });
  const measured = evaluateEmbeddings(embeddings, images.labels, pairs, {
    far: options.far, whole: options.whole, say: (what) => { options.progress.update(1, what); },
  });
  return { ...measured, pairsFrom: chosen && (options.pairs ?? `drawn from the images, seed ${options.seed}`), broken };
}

export type EmbedSetOptions = Pick<EvaluateBundleOptions, 'strict' | 'flip' | 'seed' | 'perturbation' | 'progress'>;

/** Embeds the images of a set that can be decoded. */
export async function embedImageSet(
  model: FaceModel, set: ImageSet, { strict, flip, seed, perturbation = {}, progress }: EmbedSetOptions,
): Promise<{ images: ImageSet; embeddings: Embeddings; broken: string[] }> {
  const broken: string[] = [];
  const onBroken = (error: Error): void => {
    if (strict) throw new UsageError(`${error.message}; --strict allows none`);
    progress.line(`left out: ${error.message}`);
    broken.push(error.message);
  };
  const passes = flip ? 2 : 1;
  const context = { size: model.size, preprocessing: model.preprocessing, seed };
  const alter = describePerturbation(perturbation) === undefined
    ? undefined
    : (picture: Pixels, file: string): Promise<Pixels> => perturb(picture, file, perturbation, context);
  const embed = async (files: readonly string[], pass: number): Promise<{ files: readonly string[]; embeddings: Embeddings }> => {
    const started = performance.now();
    const result = await embedFiles(model, files, {
      onBroken,
      alter,
      mirror: pass === 1,
      onProgress: (done, total) => {
        progress.update((pass + done / total) / passes, `${pass === 1 ? 'mirrored, ' : ''}${Math.round((1000 * done) / (performance.now() - started))} images/s`);
      },
    });
    return { files: result.files, embeddings: { data: result.embeddings, size: model.embedding } };
  };
  const straight = await embed(set.files, 0);
  if (straight.files.length === 0) throw new UsageError(`none of ${set.files.length} images could be decoded`);
  const images = onlyFiles(set, straight.files);
  if (!flip) return { images, embeddings: straight.embeddings, broken };
  return { images, embeddings: combineFlipped(straight.embeddings, (await embed(images.files, 1)).embeddings), broken };
}

const sets = 10;

/** Pairs as LFW's, as many as the images allow up to LFW's 6,000; undefined where they do not allow ten sets. */
export function drawPairs(people: readonly Person[], seed: number): PairsFile | undefined {
  const perSet = Math.min(300, mostPairsPerSet(people, sets));
  return perSet > 0 ? makePairs(people, { sets, perSet, random: new Random(seed, 'evaluation/pairs') }) : undefined;
}

/** Reads a pairs file. */
export function readPairs(file: string): PairsFile {
  return parsePairs(readText(file), file);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file}: cannot read the pairs (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}
