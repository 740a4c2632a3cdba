import { realpathSync } from 'node:fs';
import path from 'node:path';
import { openModel } from '@facenet/engine/node';
import {
  allowedLoss, type Bundle, convertBundle, lossOfVal, ownPair, type ReducedPrecision, withThresholds, withThresholdsOfParent,
} from '@facenet/export';
import { parsePreprocessing } from '@facenet/face';
import { cropToInput, openFaceBundle, readBundleFolder, requireBundlePlace, writeBundleFolder } from '@facenet/model';
import { CliError, UsageError } from '../cli/errors.ts';
import type { Progress } from '../cli/progress.ts';
import { compareSides, type Comparison } from '../compare/compare-sides.ts';
import { cellThresholds, compatibilityReport, crossThresholds } from '../compare/compatibility-report.ts';
import { bundleSide } from '../compare/side.ts';
import { withReport } from '../compare/store.ts';
import { percent } from '../compare/summary.ts';
import { type ImageSet, readImageSet } from '../evaluate/image-set.ts';
import { allPairsEvaluation } from './measure.ts';
import { reportableFar } from './reportable-far.ts';

export interface ConvertOptions {
  readonly precision: ReducedPrecision;
  /** Names the model; the float32 model's name and the precision unless told. */
  readonly name?: string | undefined;
  /** Where nothing is measured, judge by the thresholds of the float32 model, and say so. */
  readonly keepThresholds?: boolean | undefined;
  readonly threads?: number | undefined;
  readonly progress: Pick<Progress, 'line' | 'update'>;
}

/** Faces to measure both models on. */
export interface MeasuredFaces extends MeasureSettings {
  readonly set: ImageSet;
  readonly source: string;
}

export interface MeasureSettings {
  /** LFW's pairs of these faces, for its accuracy. */
  readonly pairs?: string | undefined;
  /** False-accept rate of VAL; 1e-3, or on few images the smallest that their pairs support. */
  readonly far?: number | undefined;
  readonly resamples?: number | undefined;
  readonly seed?: number | undefined;
}

export interface ConvertFolderOptions extends ConvertOptions, MeasureSettings {
  /** The folder of the new bundle. */
  readonly out: string;
  /** Ready crops, one folder per person, that the model was not trained on. */
  readonly images?: string | undefined;
}

export interface Converted {
  readonly bundle: Bundle;
  readonly parent: Bundle;
  /** Both models on the same faces, where there were some; `gallery` is the float32 one. */
  readonly comparison?: Comparison;
}

/** Makes a bundle of another precision of a bundle folder. */
export async function convertModel(place: string, { out, images, ...options }: ConvertFolderOptions): Promise<Converted> {
  requireBundlePlace(out);
  requireAnotherPlace(place, out);
  // Before the work rather than after it.
  const faces = images === undefined ? undefined : { set: readImageSet(images), source: path.basename(path.resolve(images)), ...options };
  const converted = await convertOpened(await readBundleFolder(place), options, faces);
  writeBundleFolder(out, converted.bundle);
  return converted;
}

/** The same of a bundle at hand; a CliError says when too much of VAL was lost. */
export async function convertOpened(parent: Bundle, options: ConvertOptions, faces?: MeasuredFaces): Promise<Converted> {
  const { precision, name, threads, keepThresholds = false, progress } = options;
  const preprocessing = parsePreprocessing(parent.manifest.preprocessing);
  const [, rows, cols] = parent.manifest.inputSize;
  const made = await convertBundle(parent, { precision, name }, {
    toInput: ({ width, height, rgba }) => cropToInput({ width, height, channels: 4, data: rgba }, { size: [rows!, cols!], preprocessing }),
    openModel: (onnx) => openModel(onnx, threads === undefined ? {} : { threads }),
    onProgress: (message) => { progress.line(message); },
  });
  const comparison = faces && await compareBoth(parent, made, faces, options);
  const measured = faces && comparison ? withFigures(made, comparison, faces.source) : made;
  // After what was measured, since that comes first.
  const bundle = keepThresholds ? { ...measured, manifest: withThresholdsOfParent(measured.manifest, parent.manifest) } : measured;
  return { bundle, parent, ...(comparison && { comparison }) };
}

async function compareBoth(
  parent: Bundle, made: Bundle, { set, pairs, far = reportableFar(set), resamples = 1000, seed = 1 }: MeasuredFaces,
  { threads, progress }: ConvertOptions,
): Promise<Comparison> {
  const gallery = bundleSide(parent.manifest.name, await openFaceBundle(parent, { threads }));
  try {
    const query = bundleSide(made.manifest.name, await openFaceBundle(made, { threads }));
    try {
      return await compareSides(gallery, query, { images: set, pairs, far, resamples, seed, strict: false, skipMissing: false, progress });
    } finally {
      await query.dispose();
    }
  } finally {
    await gallery.dispose();
  }
}

/** Adds the report on both models, the thresholds of the new one alone and of the two together, and its figures; a CliError says when too much is lost. */
export function withFigures(made: Bundle, { gallery, table }: Comparison, source: string): Bundle {
  const report = compatibilityReport(gallery, table, source, new Date().toISOString());
  const [loss, allowed] = [lossOfVal(report), allowedLoss(report)];
  if (!(loss <= allowed)) {
    throw new CliError(
      `${made.manifest.name} loses ${percent(loss)} of VAL at FAR ${report.far} (${percent(report.val.gallery.value)} with float32, ` +
      `${percent(report.val.query.value)} alone, ${percent(report.val.cross.value)} across); at most ${percent(allowed)} may be lost, so nothing was written`,
    );
  }
  const bundle = withReport(made, gallery, report, crossThresholds(table, source));
  const manifest = withThresholds(bundle.manifest, ownPair(bundle.manifest), cellThresholds(table.val.query, source));
  const { pairsSame, pairsDifferent, thresholds } = table.val.query;
  const { images, identities } = table;
  return { ...bundle, manifest: { ...manifest, evaluation: [allPairsEvaluation(source, thresholds, { images, identities, pairsSame, pairsDifferent })] } };
}

function requireAnotherPlace(place: string, out: string): void {
  if (realPath(place) === realPath(out)) throw new UsageError(`${out}: would replace the float32 bundle; expected another folder`);
}

function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return path.resolve(folder);
  }
}
