import type { Nearness } from './neighbourhood.ts';

/** The threshold of vectors of two models; undefined where none is known. Symmetric. */
export type ThresholdOf = (modelA: string, modelB: string) => number | undefined;

/** Distances of rows as shares of their models' threshold; `limit` is the largest of the thresholds. */
export function pairThresholds(modelIds: readonly string[], threshold: ThresholdOf): { readonly limit: number; readonly nearness: Nearness } {
  const models = [...new Set(modelIds)];
  const numbers = new Map(models.map((id, number) => [id, number]));
  const modelOf = Int32Array.from(modelIds, (id) => numbers.get(id)!);
  const table = Float64Array.from(models.flatMap((a) => models.map((b) => threshold(a, b) ?? 0)));
  const nearness: Nearness = (a, b, distance) => distance / table[modelOf[a]! * models.length + modelOf[b]!]!;
  return { limit: table.reduce((largest, each) => Math.max(largest, each), 0), nearness };
}
