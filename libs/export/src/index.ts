export { OnnxBuilder } from './onnx/builder.ts';
export type { Attributes, Dimension, OnnxBuilderOptions, Value } from './onnx/builder.ts';
export type { Attribute } from './onnx/attributes.ts';
export type { ElementData, ElementType, Tensor } from './onnx/tensor.ts';
export { lowerGraph, type LoweringOptions, onnxLowering } from './onnx/lowering.ts';
export type { LoweringTarget } from './onnx/lowering-context.ts';
export { type ModelInterface, readModelInterface, type ValueDescription } from './onnx/read-interface.ts';

export { foldBatchNorm, type FoldedGraph } from './graph/fold-batch-norm.ts';
export { encodeInferenceModel, foldedNetwork, inferenceGraph } from './inference-model.ts';
export { modelInterface } from './model-interface.ts';

export { BundleError } from './bundle/bundle-error.ts';
export {
  type Bundle, type BundleSource, type BundleTools, createBundle, encodeManifest, type Measurement,
} from './bundle/create-bundle.ts';
export { convertBundle, type ConvertOptions, withThresholdsOfParent } from './bundle/convert-bundle.ts';
export { allowedLoss, hasSpaceOfParent, leastCosine, lossOfVal } from './bundle/derivation.ts';
export { type ReducedPrecision, reducedPrecisions } from './precision/stored-weight.ts';
export { type GoldenPicture, goldenPictures, readGolden } from './bundle/golden.ts';
export type {
  CosineReport, Derivation, Evaluation, GoldenVector, Manifest, NetworkInterface, ParityReport, Precision, Preprocessing, Source, Threshold,
  TrainedSource, Training, TrainingData, TrainingListFile, WrappedSource,
} from './bundle/manifest.ts';
export { manifestVersion, parseCompatibilityReport, parseManifest } from './bundle/manifest.ts';
export { networkOf } from './bundle/network.ts';
export { adaptNetwork, type NetworkSizes, type RawNetwork, type RawResult } from './bundle/adapt-network.ts';
export { wrapNetwork, type WrapSource, type WrapTools } from './bundle/wrap-network.ts';
export {
  adoptSpace, type CellRank1, type CellVal, type CompatibilityReport, type Estimate, isCompatible, withCompatibility,
} from './bundle/compatibility.ts';
export {
  type EvaluatedItem, encodeTrainingList, findTrainingOverlap, identityEntry, parseTrainingList, type TrainingEntries,
  trainingEntry, type TrainingList, type TrainingOverlap, type TrainingSection, trainingSections,
} from './bundle/training-list.ts';
export { ownSpaceOf } from './bundle/identity.ts';
export { checkGolden, type ModelRunner, ParityError, parityTolerance } from './bundle/parity.ts';
export {
  decide, type Decision, type Grounds, groundsOf, type MeasuredThreshold, type ModelPair, ownPair, type Scale, scaleFor, thresholdFor, thresholdsOf, type Verdict,
  verdictOn, withThresholds,
} from './bundle/verdict.ts';
export { judge, type JudgeRule, type Judgement, type JudgedNeighbour, requiredGap, usualVotes } from './bundle/judge.ts';
export { type BundleFiles, readBundle } from './bundle/read-bundle.ts';
