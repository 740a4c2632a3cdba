import { allPairs, thresholdsPerFar, type ValAtFar } from '@facenet/evaluation';
import type { Evaluation, Measurement } from '@facenet/export';
import type { Identity } from '../data/folder.ts';
import { type FaceEmbedder } from '@facenet/model';
import { embedFiles, type EmbedOptions } from './embed-files.ts';

const largestFar = 0.1;

/** Thresholds of a model over all pairs of the images of some people, none of whom it was trained on. */
export async function measureThresholds(
  model: FaceEmbedder, identities: readonly Identity[], source: string, options: EmbedOptions = {},
): Promise<Measurement> {
  const labelOf = new Map(identities.flatMap(({ files }, label) => files.map((file) => [file, label] as const)));
  const { files, embeddings } = await embedFiles(model, [...labelOf.keys()], options);
  const labels = Int32Array.from(files, (file) => labelOf.get(file)!);
  const pairs = allPairs({ data: embeddings, size: model.embedding }, labels, { largestFar });
  const pairsSame = pairs.same.length;
  const { pairsDifferent } = pairs;
  if (pairsSame === 0 || pairsDifferent === 0) return { thresholds: [], evaluation: [] };
  const found = thresholdsPerFar(pairs);
  return {
    thresholds: found.map(({ far, threshold, value, falseAccepts }) => ({
      far, threshold, val: value, falseAccepts, pairsSame, pairsDifferent, source,
    })),
    evaluation: [allPairsEvaluation(source, found, { images: files.length, identities: new Set(labels).size, pairsSame, pairsDifferent })],
  };
}

/** VAL over all pairs of a set of images, as a bundle keeps it. */
export function allPairsEvaluation(
  dataset: string, vals: readonly ValAtFar[], counts: Readonly<Record<'images' | 'identities' | 'pairsSame' | 'pairsDifferent', number>>,
): Evaluation {
  return { dataset, protocol: 'all pairs', results: { ...counts, val: vals.map(({ far, value, achievedFar }) => ({ far, value, achievedFar })) } };
}
