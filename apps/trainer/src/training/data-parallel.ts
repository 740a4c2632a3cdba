import { buildNetwork, type ModelSpec } from '@facenet/architecture';
import { allReduceArrays, type Communicator, shareOf } from '@facenet/collective';
import type { ReconstructionEngine, ReconstructionStep } from '@facenet/engine';
import type { Engine, EngineFactory } from './engine.ts';

/** Which rows of a batch are this rank's: whole micro-batches, so that batch statistics are those of one process. */
export function rowsOf(communicator: Pick<Communicator, 'rank' | 'size'>, batchSize: number, microBatch: number): { readonly start: number; readonly end: number } {
  const { start, end } = shareOf(batchSize / microBatch, communicator);
  return { start: start * microBatch, end: end * microBatch };
}

/**
 * Engines that each hold one rank's rows and together act as one: `embed` takes this rank's images and gives the whole
 * batch's embeddings, `backward` takes the whole batch's gradient and gives the whole batch's sums.
 */
export function dataParallel(factory: EngineFactory, communicator: Communicator): EngineFactory {
  if (communicator.size === 1) return factory;
  return {
    createEngine: async (spec, options) => new RankEngine(await factory.createEngine(spec, options), communicator, spec, options.microBatch),
    createReconstruction: async (spec, decoder, options) => (
      new RankReconstruction(await factory.createReconstruction(spec, decoder, options), communicator, spec.embedding, options.microBatch)
    ),
    createOptimizer: (settings, parameters) => factory.createOptimizer(settings, parameters),
  };
}

class RankEngine implements Engine {
  readonly weights: Engine['weights'];
  readonly #own: Engine;
  readonly #communicator: Communicator;
  readonly #statistics: readonly Float32Array[];
  readonly #dimension: number;
  readonly #microBatch: number;

  constructor(own: Engine, communicator: Communicator, spec: ModelSpec, microBatch: number) {
    this.weights = own.weights;
    this.#own = own;
    this.#communicator = communicator;
    const { statistics } = buildNetwork(spec, { batch: 1, mode: 'training' });
    this.#statistics = statistics.flatMap(({ name }) => ['mean', 'variance'].map((part) => own.weights.get(`${name}/${part}`)!));
    this.#dimension = spec.embedding;
    this.#microBatch = microBatch;
  }

  async embed(images: Float32Array): Promise<Float32Array> {
    const before = this.#statistics.map((running) => running.slice());
    const own = await this.#own.embed(images);
    const all = await this.#communicator.allGather(own);
    await this.#averageStatistics(before, own.length / all.length);
    return all;
  }

  async backward(images: Float32Array, embeddingGradient: Float32Array): Promise<Map<string, Float32Array>> {
    const { start, end } = rowsOf(this.#communicator, embeddingGradient.length / this.#dimension, this.#microBatch);
    const gradients = await this.#own.backward(images, embeddingGradient.subarray(start * this.#dimension, end * this.#dimension));
    await allReduceArrays(this.#communicator, [...gradients.values()]);
    return gradients;
  }

  async infer(images: Float32Array): Promise<Float32Array> {
    return await this.#own.infer(images);
  }

  async dispose(): Promise<void> {
    await this.#own.dispose();
  }

  /**
   * Each rank's running statistics have followed its own micro-batches, r + (1 − m)(mean of its own − r). Weighted by its
   * share of them, the changes add up to what one process would have followed; what did not change stays to the bit.
   */
  async #averageStatistics(before: readonly Float32Array[], share: number): Promise<void> {
    const changes = Float32Array.from(this.#statistics.flatMap((running, s) => [...running].map((now, i) => share * (now - before[s]![i]!))));
    await this.#communicator.allReduceSum(changes);
    let place = 0;
    for (const [s, running] of this.#statistics.entries()) {
      for (let i = 0; i < running.length; i++) running[i] = before[s]![i]! + changes[place++]!;
    }
  }
}

/** A decoder whose means are over the whole batch: those of each rank's rows count by how many they are. */
class RankReconstruction implements ReconstructionEngine {
  readonly weights: ReconstructionEngine['weights'];
  readonly #own: ReconstructionEngine;
  readonly #communicator: Communicator;
  readonly #dimension: number;
  readonly #microBatch: number;

  constructor(own: ReconstructionEngine, communicator: Communicator, dimension: number, microBatch: number) {
    this.weights = own.weights;
    this.#own = own;
    this.#communicator = communicator;
    this.#dimension = dimension;
    this.#microBatch = microBatch;
  }

  async teach(embeddings: Float32Array, images: Float32Array): Promise<ReconstructionStep> {
    const batchSize = embeddings.length / this.#dimension;
    const { start, end } = rowsOf(this.#communicator, batchSize, this.#microBatch);
    const { loss, gradient, gradients } = await this.#own.teach(embeddings.subarray(start * this.#dimension, end * this.#dimension), images);
    const share = (end - start) / batchSize;
    for (const values of gradients.values()) for (let i = 0; i < values.length; i++) values[i]! *= share;
    await allReduceArrays(this.#communicator, [...gradients.values()]);
    const losses = await this.#communicator.allGather(Float64Array.of(share * loss));
    return {
      loss: losses.reduce((sum, each) => sum + each, 0),
      gradient: await this.#communicator.allGather(gradient.map((value) => share * value)),
      gradients,
    };
  }

  async dispose(): Promise<void> {
    await this.#own.dispose();
  }
}
