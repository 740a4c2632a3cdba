import type { DecoderSpec, ModelSpec } from '@facenet/architecture';
import type { ReconstructionEngine, TrainedParameter } from '@facenet/engine';
import type { Experiment } from '../config/schema.ts';

/** What the loop asks of an engine. Tests put a small one of their own here. */
export interface Engine {
  /** Parameters and running statistics, live. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  embed(images: Float32Array): Promise<Float32Array>;
  backward(images: Float32Array, embeddingGradient: Float32Array): Promise<Map<string, Float32Array>>;
  infer(images: Float32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

export interface Optimizer {
  /** Changes the weights in place. */
  step(weights: ReadonlyMap<string, Float32Array>, gradients: ReadonlyMap<string, Float32Array>, learningRate: number): Promise<void> | void;
  state(): Map<string, Float32Array>;
  load(state: ReadonlyMap<string, Float32Array>): void;
}

export interface EngineOptions {
  readonly microBatch: number;
  readonly backend: 'cpu' | 'webgpu';
  /** Part of the result: sums are formed in another order with another number. */
  readonly threads: number;
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly statisticsMomentum: number;
  readonly frozen: (parameter: string) => boolean;
}

/** Where the loop gets them from. */
export interface EngineFactory {
  createEngine(spec: ModelSpec, options: EngineOptions): Promise<Engine>;
  createReconstruction(spec: ModelSpec, decoder: DecoderSpec, options: Pick<EngineOptions, 'microBatch' | 'backend' | 'threads' | 'weights'>): Promise<ReconstructionEngine>;
  createOptimizer(settings: Experiment['optimizer'], parameters: readonly TrainedParameter[]): Optimizer;
}

/** A decoder on the engine of the run. */
export type ReconstructionFactory = (spec: ModelSpec, decoder: DecoderSpec, weights: ReadonlyMap<string, Float32Array>) => Promise<ReconstructionEngine>;
