import { availableParallelism } from 'node:os';
import {
  buildReconstruction, type DecoderSpec, gradient, graphOf, type ModelSpec, type Reconstruction, sizeOf, type Weights,
} from '@facenet/architecture';
import { lowerGraph } from '@facenet/export';
import type { ReconstructionEngine, ReconstructionStep } from '../training/reconstruction-engine.ts';
import { gradientOutput } from '../training/training-graphs.ts';
import { type Backend, backendSettings } from './backends.ts';
import { Lane } from './lane.ts';
import { SharedArrays } from './shared-arrays.ts';

export interface ReconstructionEngineOptions {
  /** Images per micro-batch, whose statistics batch normalisation uses. */
  readonly microBatch: number;
  readonly backend?: Backend;
  readonly threads?: number;
  /** Parameters of the decoder to start from; they are copied. */
  readonly weights: Weights;
}

const embeddingGradient = 'embeddingGradient';
const modelName = 'reconstruction';

/** A decoder on ONNX Runtime. */
export async function createReconstructionEngine(
  spec: ModelSpec, decoder: DecoderSpec, { microBatch, backend = 'cpu', threads = availableParallelism(), weights }: ReconstructionEngineOptions,
): Promise<ReconstructionEngine> {
  const settings = backendSettings(backend);
  const reconstruction = buildReconstruction(spec, decoder, microBatch);
  const model = lowerGraph(lossGraph(reconstruction), { ...settings.target, name: modelName });
  const shared = new SharedArrays(new Map(reconstruction.parameters.map(({ name, shape }) => [name, sizeOf(shape)])));
  for (const [name, values] of shared.arrays) {
    const given = weights.get(name);
    if (given?.length !== values.length) throw new Error(`weights '${name}': ${given ? `has ${given.length} numbers` : 'missing'}; expected ${values.length}`);
    values.set(given);
  }
  const shapes = new Map(reconstruction.parameters.map(({ name, shape }) => [name, shape]));
  const nothing = new SharedArrays(new Map());
  const lanes = Array.from({ length: settings.severalLanes ? threads : 1 }, () => new Lane({
    weights: shared.memory, weightPlaces: shared.places.map((place) => ({ ...place, shape: shapes.get(place.name)! })),
    gradients: nothing.memory, gradientPlaces: [], sessionOptions: settings.sessionOptions,
  }));
  const engine = new LanesReconstruction(reconstruction, spec, shared.arrays, lanes);
  try {
    await Promise.all(lanes.map((lane) => lane.open(modelName, model)));
  } catch (error) {
    await engine.dispose();
    throw error;
  }
  return engine;
}

function lossGraph({ builder, loss, embedding, parameters }: Reconstruction) {
  const [toEmbedding, ...toParameters] = gradient(builder, loss, builder.constant(1, loss.shape), [embedding, ...parameters.map(({ node }) => node)]);
  return graphOf({
    loss, [embeddingGradient]: toEmbedding!,
    ...Object.fromEntries(parameters.map(({ name }, i) => [gradientOutput(name), toParameters[i]!])),
  });
}

class LanesReconstruction implements ReconstructionEngine {
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly #reconstruction: Reconstruction;
  readonly #imageShape: readonly number[];
  readonly #lanes: readonly Lane[];

  constructor(reconstruction: Reconstruction, spec: ModelSpec, weights: ReadonlyMap<string, Float32Array>, lanes: readonly Lane[]) {
    this.weights = weights;
    this.#reconstruction = reconstruction;
    this.#imageShape = [reconstruction.embedding.shape[0]!, ...spec.input];
    this.#lanes = lanes;
  }

  async teach(embeddings: Float32Array, images: Float32Array): Promise<ReconstructionStep> {
    const { shape } = this.#reconstruction.embedding;
    const count = embeddings.length / sizeOf(shape);
    if (!Number.isInteger(count) || count < 1 || images.length !== count * sizeOf(this.#imageShape)) {
      throw new Error(`${embeddings.length} numbers of embeddings and ${images.length} of images; expected micro-batches of [${shape.join(', ')}] and [${this.#imageShape.join(', ')}]`);
    }
    const outputs: Readonly<Record<string, Float32Array>>[] = [];
    // Dealt out in a fixed order and summed in it, so that the numbers repeat.
    await Promise.all(this.#lanes.map(async (lane, l) => {
      if (l < count) await lane.refreshWeights();
      for (let index = l; index < count; index += this.#lanes.length) {
        outputs[index] = await lane.run(modelName, {
          embedding: { data: partOf(embeddings, sizeOf(shape), index), shape },
          image: { data: partOf(images, sizeOf(this.#imageShape), index), shape: this.#imageShape },
        });
      }
    }));
    return this.#combine(outputs);
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.dispose()));
  }

  /** The loss of the batch is the mean over its micro-batches, and so are the gradients. */
  #combine(outputs: readonly Readonly<Record<string, Float32Array>>[]): ReconstructionStep {
    const size = sizeOf(this.#reconstruction.embedding.shape);
    const share = 1 / outputs.length;
    const toEmbeddings = new Float32Array(outputs.length * size);
    outputs.forEach((output, index) => { toEmbeddings.set(output[embeddingGradient]!.map((value) => share * value), index * size); });
    const gradients = new Map([...this.weights].map(([name, values]) => {
      const sum = new Float32Array(values.length);
      for (const output of outputs) {
        const part = output[gradientOutput(name)]!;
        for (let i = 0; i < sum.length; i++) sum[i]! += share * part[i]!;
      }
      return [name, sum] as const;
    }));
    return { loss: outputs.reduce((sum, output) => sum + share * output['loss']![0]!, 0), gradient: toEmbeddings, gradients };
  }
}

function partOf(values: Float32Array, size: number, index: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(values.subarray(index * size, (index + 1) * size));
}
