export { GraphBuilder } from './graph/builder.ts';
export { gradient } from './graph/gradient.ts';
export { type Graph, graphOf, isKind, type Node } from './graph/node.ts';
export type { ConvAttributes, OpAttributes, OpKind, OpTable, Pads, Pair, Shape, WindowAttributes } from './graph/ops.ts';
export { ShapeError } from './graph/shape-error.ts';
export { broadcastShapes, inferShape, samePads, sizeOf } from './graph/shapes.ts';
export { interpret } from './reference/interpret.ts';
export type { Feeds } from './reference/reference.ts';
export { Random, type RandomState } from './random.ts';
export {
  type InitializationDistribution, initializationDistributions, type InitializationOptions, type InitializationScheme,
  initializationSchemes, initializeParameter, initializeWeights, type Weights,
} from './initializers.ts';
export { type BuildOptions, buildNetwork } from './spec/build-network.ts';
export { buildReconstruction, type Reconstruction } from './spec/build-reconstruction.ts';
export { canonicalSpec } from './spec/canonical-spec.ts';
export { BATCH_NORM_EPSILON } from './spec/constants.ts';
export { costTable, type CostTotals, type LayerCost, totalCost } from './spec/costs.ts';
export { type DecoderLayer, type DecoderSpec, parseDecoder } from './spec/decoder.ts';
export { describeModel, type ModelDescription } from './spec/describe-model.ts';
export { didYouMean } from './spec/did-you-mean.ts';
export { type InputSize, type LayerKind, type LayerSpec, type ModelSpec, type Normalization, normalizations } from './spec/model-spec.ts';
export { multiplyAddsOf } from './spec/multiply-adds.ts';
export type { LayerOutput, Network, Parameter, ParameterRole, Statistic } from './spec/network.ts';
export { type ModelName, models } from './spec/networks.ts';
export { parseModelSpec } from './spec/parse-model-spec.ts';
export { resolveSpec, type SpecConfig, type VariantConfig } from './spec/resolve-spec.ts';
export { SpecError } from './spec/spec-error.ts';
