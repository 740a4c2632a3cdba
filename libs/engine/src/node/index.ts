export { type Backend, backends } from './backends.ts';
export { createTrainingEngine, type TrainingEngineOptions } from './training-engine.ts';
export { createReconstructionEngine, type ReconstructionEngineOptions } from './reconstruction-engine.ts';
export { type InferenceModel, openModel, type OpenModelOptions, openNetwork, type OpenNetworkOptions } from './inference.ts';
export { type Provider, ProviderError, providers } from './providers.ts';
export { type BenchedModel, benchTraining, type TrainingBench, type TrainingBenchOptions, type TrainingBenchRow } from '../bench/bench-training.ts';
