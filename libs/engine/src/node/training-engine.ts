import { availableParallelism } from 'node:os';
import { type Graph, type ModelSpec, sizeOf, type Weights } from '@facenet/architecture';
import { lowerGraph } from '@facenet/export';
import { RunningStatistics } from '../training/running-statistics.ts';
import type { EmbedOptions, TrainingEngine } from '../training/training-engine.ts';
import { buildTrainingGraphs, embeddingOutput, inputNames, type TrainingGraphs } from '../training/training-graphs.ts';
import { type Backend, backendSettings } from './backends.ts';
import { Lane, type LaneInputs } from './lane.ts';
import { laneSetup, sharedWeights } from './lane-memory.ts';
import type { SharedArrays } from './shared-arrays.ts';

export interface TrainingEngineOptions {
  /** Images per micro-batch: memory and batch statistics follow it. */
  readonly microBatch: number;
  /** `cpu` unless told. */
  readonly backend?: Backend;
  /** Micro-batches computed at the same time, each on one thread; as many as there are processors unless told. */
  readonly threads?: number;
  /** Parameters and running statistics to start from; they are copied. */
  readonly weights: Weights;
  /** Share of the old running statistics that stays when a batch comes in; 0.9 unless told. */
  readonly statisticsMomentum?: number;
  /** Parameters that stay as they are, by name; none unless told. They have no gradients. */
  readonly frozen?: (parameter: string) => boolean;
}

/** A training engine on ONNX Runtime. Results are the same for the same number of threads. */
export async function createTrainingEngine(spec: ModelSpec, options: TrainingEngineOptions): Promise<TrainingEngine> {
  const { microBatch, backend = 'cpu', threads = availableParallelism(), statisticsMomentum = 0.9 } = options;
  requirePositiveInteger('microBatch', microBatch);
  requirePositiveInteger('threads', threads);
  const settings = backendSettings(backend);
  const graphs = buildTrainingGraphs(spec, microBatch, options.frozen);
  const weights = sharedWeights(graphs, options.weights);
  const statistics = new RunningStatistics(graphs.statistics, weights.arrays, statisticsMomentum);
  // Nothing from here to `engine` may throw: the threads of the lanes are only ended by its dispose().
  const lanes = Array.from({ length: settings.severalLanes ? threads : 1 }, () => {
    const { setup, gradients } = laneSetup(graphs, weights, settings.sessionOptions);
    return { lane: new Lane(setup), gradients };
  });
  const engine = new LanesEngine(graphs, weights, lanes, statistics);
  try {
    for (const name of ['embed', 'backward', 'infer'] as const) {
      const model = lowerGraph(graphs[name] satisfies Graph, { ...settings.target, name });
      await Promise.all(lanes.map(({ lane }) => lane.open(name, model)));
    }
  } catch (error) {
    await engine.dispose();
    throw error;
  }
  return engine;
}

interface LaneWithGradients {
  readonly lane: Lane;
  readonly gradients: SharedArrays;
}

class LanesEngine implements TrainingEngine {
  readonly microBatch: number;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly #graphs: TrainingGraphs;
  readonly #lanes: readonly LaneWithGradients[];
  readonly #statistics: RunningStatistics;

  constructor(
    graphs: TrainingGraphs, weights: SharedArrays, lanes: readonly LaneWithGradients[], statistics: RunningStatistics,
  ) {
    this.microBatch = graphs.imageShape[0]!;
    this.weights = weights.arrays;
    this.#graphs = graphs;
    this.#lanes = lanes;
    this.#statistics = statistics;
  }

  async embed(images: Float32Array, { updateStatistics = true }: EmbedOptions = {}): Promise<Float32Array> {
    const count = this.#microBatches(images);
    const embeddings = new Float32Array(count * sizeOf(this.#graphs.embeddingShape));
    const statistics: Readonly<Record<string, Float32Array>>[] = [];
    await this.#overLanes(range(count), async ({ lane }, index) => {
      const outputs = await lane.run('embed', { [inputNames.image]: this.#imagesOf(images, index) });
      embeddings.set(outputs[embeddingOutput]!, index * sizeOf(this.#graphs.embeddingShape));
      statistics[index] = outputs;
    });
    if (updateStatistics) this.#statistics.follow(statistics);
    return embeddings;
  }

  async backward(images: Float32Array, embeddingGradient: Float32Array): Promise<Map<string, Float32Array>> {
    const count = this.#microBatches(images);
    const { embeddingShape } = this.#graphs;
    const size = sizeOf(embeddingShape);
    if (embeddingGradient.length !== count * size) {
      throw new Error(`embeddingGradient has ${embeddingGradient.length} numbers; expected ${count * size}, as the ${count * this.microBatch} images have`);
    }
    const active = range(count).filter((index) => embeddingGradient.subarray(index * size, (index + 1) * size).some((dy) => dy !== 0));
    const used = this.#lanes.slice(0, active.length);
    await this.#overLanes(active, async ({ lane }, index, first) => {
      const inputs: LaneInputs = {
        [inputNames.image]: this.#imagesOf(images, index),
        [inputNames.embeddingGradient]: { data: copyOf(embeddingGradient, index * size, size), shape: embeddingShape },
      };
      await lane.accumulate('backward', inputs, first);
    });
    return sumOfGradients(this.#lanes[0]!.gradients, used.map(({ gradients }) => gradients));
  }

  async infer(images: Float32Array): Promise<Float32Array> {
    const imageSize = sizeOf(this.#graphs.imageShape) / this.microBatch;
    const embedding = sizeOf(this.#graphs.embeddingShape) / this.microBatch;
    if (images.length % imageSize !== 0) {
      throw new Error(`images have ${images.length} numbers; expected a multiple of ${imageSize} = [${this.#graphs.imageShape.slice(1).join(', ')}]`);
    }
    const n = images.length / imageSize;
    const embeddings = new Float32Array(n * embedding);
    await this.#overLanes(range(Math.ceil(n / this.microBatch)), async ({ lane }, index) => {
      // Behind the last image the micro-batch is filled with zeros, whose embeddings are dropped.
      const outputs = await lane.run('infer', { [inputNames.image]: this.#imagesOf(images, index) });
      const start = index * this.microBatch * embedding;
      embeddings.set(outputs[embeddingOutput]!.subarray(0, embeddings.length - start), start);
    });
    return embeddings;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#lanes.map(({ lane }) => lane.dispose()));
  }

  /** Deals out the work in a fixed order, so that sums are formed the same way each time. */
  async #overLanes(
    work: readonly number[], task: (lane: LaneWithGradients, index: number, first: boolean) => Promise<void>,
  ): Promise<void> {
    await Promise.all(this.#lanes.map(async (lane, l) => {
      const mine = work.filter((_, i) => i % this.#lanes.length === l);
      if (mine.length > 0) await lane.lane.refreshWeights();
      for (const [i, index] of mine.entries()) await task(lane, index, i === 0);
    }));
  }

  #imagesOf(images: Float32Array, index: number): LaneInputs[string] {
    const shape = this.#graphs.imageShape;
    return { data: copyOf(images, index * sizeOf(shape), sizeOf(shape)), shape };
  }

  #microBatches(images: Float32Array): number {
    const { imageShape } = this.#graphs;
    const count = images.length / sizeOf(imageShape);
    if (Number.isInteger(count) && count > 0) return count;
    throw new Error(
      `images have ${images.length} numbers; expected a multiple of ${sizeOf(imageShape)}, one micro-batch [${imageShape.join(', ')}]`,
    );
  }
}

/** Always added in the order of the lanes. */
function sumOfGradients(target: SharedArrays, parts: readonly SharedArrays[]): Map<string, Float32Array> {
  const sum = target.all;
  if (parts.length === 0) sum.fill(0);
  for (const part of parts.slice(1)) {
    const values = part.all;
    for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!;
  }
  return new Map(target.arrays);
}

/** `size` numbers from `start`, and zeros where there are no more. */
function copyOf(values: Float32Array, start: number, size: number): Float32Array<ArrayBuffer> {
  const copy = new Float32Array(size);
  copy.set(values.subarray(start, start + size));
  return copy;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function requirePositiveInteger(what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) throw new Error(`${what} is ${value}; expected a whole number of at least 1`);
}
