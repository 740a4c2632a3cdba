import type { Statistic } from '@facenet/architecture';

/**
 * Means and variances of batch normalisation for use after training. A batch counts as one observation: the mean over
 * its micro-batches, so that the memory is measured in steps, however many micro-batches a step has.
 */
export class RunningStatistics {
  readonly #names: readonly string[];
  readonly #weights: ReadonlyMap<string, Float32Array>;
  readonly #momentum: number;

  constructor(statistics: readonly Statistic[], weights: ReadonlyMap<string, Float32Array>, momentum: number) {
    if (!(momentum >= 0 && momentum < 1)) throw new Error(`statisticsMomentum is ${momentum}; expected 0 ≤ momentum < 1`);
    this.#names = statistics.filter(({ ofBatch }) => ofBatch).flatMap(({ name }) => [`${name}/mean`, `${name}/variance`]);
    this.#weights = weights;
    this.#momentum = momentum;
  }

  /** running ← momentum · running + (1 − momentum) · batch. */
  follow(microBatches: readonly Readonly<Record<string, Float32Array>>[]): void {
    for (const name of this.#names) {
      const running = this.#weights.get(name)!;
      const observed = microBatches.map((outputs) => outputs[name]!);
      for (let c = 0; c < running.length; c++) {
        const sum = observed.reduce((total, values) => total + values[c]!, 0);
        running[c] = this.#momentum * running[c]! + (1 - this.#momentum) * (sum / observed.length);
      }
    }
  }
}
