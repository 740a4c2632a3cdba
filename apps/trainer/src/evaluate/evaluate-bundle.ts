import { combineFlipped, type Embeddings } from '@facenet/evaluation';
import type { Pixels } from '@facenet/face';
import { UsageError } from '../cli/errors.ts';
import type { Progress } from '../cli/progress.ts';
import type { PictureSource } from '../data/encoded.ts';
import { type FaceModel } from '@facenet/model';
import { embedFiles } from '../model/embed-files.ts';
import { refuseTrainingImages, type TrainingCheck } from '../model/refuse-training-images.ts';
import { evaluateEmbeddings, type EvaluationResult } from './evaluate-embeddings.ts';
import { onlyFiles, type ImageSet } from './image-set.ts';
import { describePerturbation, perturb, type Perturbation } from './perturb.ts';
import { allPairsOf, lfwPairs } from './protocols/identity-folder.ts';
import type { TestSet } from './protocols/test-set.ts';

/** Beyond so many images all pairs at once take minutes; the five parts still cover the data. */
export const wholeLimit = 20_000;

export interface EvaluateOptions {
  readonly seed: number;
  readonly far: number;
  readonly flip: boolean;
  /** A broken image is an error, not left out. */
  readonly strict: boolean;
  /** Also all pairs at once; see `wholeLimit`. */
  readonly whole: boolean;
  /** How often people are drawn again for intervals; 500 unless told. */
  readonly resamples?: number;
  /** Makes every crop worse in the same way before the network sees it. */
  readonly perturbation?: Perturbation | undefined;
  readonly progress: Progress;
}

export interface EvaluateBundleOptions extends EvaluateOptions {
  /** A pairs file in LFW's format; without one, all pairs are formed, and some drawn beside them. */
  readonly pairs?: string | undefined;
  /** Leave out pairs of which an image is missing. */
  readonly skipMissing: boolean;
}

export interface BundleEvaluation extends EvaluationResult {
  readonly protocol: string;
  readonly pairsFrom: string | undefined;
  readonly broken: readonly string[];
  readonly training: TrainingCheck;
  /** The images left, in the order of their embeddings. */
  readonly kept: ImageSet<PictureSource>;
  readonly embeddings: Embeddings;
}

/** Embeds a folder of ready crops and measures the embeddings. */
export async function evaluateBundle(model: FaceModel, images: ImageSet, options: EvaluateBundleOptions): Promise<BundleEvaluation> {
  const { pairs, seed } = options;
  return evaluateTestSet(model, pairs === undefined ? allPairsOf(images, seed) : lfwPairs(images, pairs, options), options);
}

/** Embeds what a protocol asks for and measures the embeddings. Throws a UsageError where the model was trained on any of it. */
export async function evaluateTestSet(model: FaceModel, set: TestSet, options: EvaluateOptions): Promise<BundleEvaluation> {
  const { far, whole, seed, resamples, progress } = options;
  const { files, identities } = set.images;
  const training = await refuseTrainingImages(model, files, identities, (done, total) => {
    progress.update(0, `looking for images that the model was trained on, ${done} of ${total}`);
  });
  if (training.note !== undefined) progress.line(training.note);
  const { images: kept, embeddings, broken } = await embedImageSet(model, set.images, options);
  const judged = set.judge?.(kept, embeddings);
  const measured = evaluateEmbeddings(
    { embeddings, labels: set.peopleKnown ? kept.labels : undefined, judged, listed: set.listed },
    { far, whole, seed, ...(resamples === undefined ? {} : { resamples }), say: (what) => { progress.update(1, what); } },
  );
  return { ...measured, protocol: set.protocol, pairsFrom: judged && set.pairsFrom, broken, training, kept, embeddings };
}

export type EmbedSetOptions = Pick<EvaluateOptions, 'strict' | 'flip' | 'seed' | 'perturbation' | 'progress'>;

/** Embeds the images of a set that can be decoded. */
export async function embedImageSet<T extends PictureSource>(
  model: FaceModel, set: ImageSet<T>, { strict, flip, seed, perturbation = {}, progress }: EmbedSetOptions,
): Promise<{ images: ImageSet<T>; embeddings: Embeddings; broken: string[] }> {
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
  const embed = async (files: readonly T[], pass: number): Promise<{ files: readonly T[]; embeddings: Embeddings }> => {
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
