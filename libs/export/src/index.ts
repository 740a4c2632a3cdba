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
export { type GoldenPicture, goldenPictures, readGolden } from './bundle/golden.ts';
export type {
  Evaluation, GoldenVector, Manifest, ParityReport, Precision, Preprocessing, Threshold, Training, TrainingData,
} from './bundle/manifest.ts';
export { manifestVersion, parseManifest } from './bundle/manifest.ts';
export { checkGolden, type ModelRunner, ParityError, parityTolerance } from './bundle/parity.ts';
export { decide, type Decision, thresholdFor, type Verdict } from './bundle/verdict.ts';
export { readBundle } from './bundle/read-bundle.ts';
