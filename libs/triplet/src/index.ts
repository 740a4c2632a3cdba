export { TripletError } from './errors.ts';
export type { RandomSource } from './random.ts';
export { squaredDistances, squaredDistancesExact, distanceErrorBound } from './distances.ts';
export { createSampler, type SampledBatch, type Sampler, type SamplerOptions } from './sampler/sampler.ts';
export { batchSize, type BatchPlan } from './sampler/batch-plan.ts';
export type { SamplerState } from './sampler/identity-order.ts';
export {
  parseSelection, selectionDefaults, semiHardChoices, semiHardFallbacks,
  type Selection, type SelectionKind, type SemiHardChoice, type SemiHardFallback,
} from './selection/selection.ts';
export { selectTriplets, type SelectTripletsOptions } from './selection/select-triplets.ts';
export type { Triplets } from './selection/triplet-list.ts';
export type { SelectionCounts } from './selection/sink.ts';
export { tripletLoss, type TripletLoss } from './loss/triplet-loss.ts';
export { reductions, type Reduction } from './loss/reduction.ts';
export { tripletStep, type TripletStep, type TripletStepOptions } from './step.ts';
export type { SpreadStatistics, TripletStatistics } from './statistics.ts';
export { harmonicStep, type HarmonicStep, type HarmonicStepOptions } from './harmonic/harmonic-step.ts';
export { combinations, mixes, mixNames, parseMix, type Combination, type Mix, type MixName, type Source } from './harmonic/mix.ts';
export type { CombinationStatistics, HarmonicStatistics } from './harmonic/statistics.ts';
export { regressionStep, type RegressionStatistics, type RegressionStep, type RegressionStepOptions } from './harmonic/regression.ts';
export { projectReference } from './harmonic/projection.ts';
export {
  collapseDefaults, createCollapseGuard, initialCollapseState, watchCollapse,
  type CollapseGuard, type CollapseObservation, type CollapseOptions, type CollapseState, type CollapseVerdict,
} from './collapse-guard.ts';
export { benchTriplets, type TripletBenchmark, type TripletBenchmarkOptions } from './bench/triplets.bench.ts';
export {
  classificationStep, type ClassificationStatistics, type ClassificationStep, type ClassificationStepOptions,
} from './classification/classification-step.ts';
export { spreadOutStep, type SpreadOutStatistics, type SpreadOutStep, type SpreadOutStepOptions } from './spread-out/spread-out-step.ts';
