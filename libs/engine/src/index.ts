export { type AdaGradOptions } from './optimizers/adagrad.ts';
export { type AdamOptions } from './optimizers/adam.ts';
export { clipGradients, gradientNorm, NonFiniteGradientError } from './optimizers/clip-gradients.ts';
export { createOptimizer, optimizerKinds, type OptimizerOptions } from './optimizers/create-optimizer.ts';
export type { Optimizer, TrainedParameter } from './optimizers/optimizer.ts';
export { type SgdOptions } from './optimizers/sgd.ts';
export type { ReconstructionEngine, ReconstructionStep } from './training/reconstruction-engine.ts';
export type { EmbedOptions, TrainingEngine } from './training/training-engine.ts';
