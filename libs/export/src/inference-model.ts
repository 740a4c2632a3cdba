import { buildNetwork, graphOf, type Graph, type ModelSpec, type Weights } from '@facenet/architecture';
import { foldBatchNorm, type FoldedGraph } from './graph/fold-batch-norm.ts';
import { modelInterface } from './model-interface.ts';
import { lowerGraph } from './onnx/lowering.ts';
import type { StoredWeight } from './precision/stored-weight.ts';

/** The network as trained: normalisation by the running statistics, which are inputs. */
export function inferenceGraph(spec: ModelSpec, batch: number): Graph {
  return graphOf({ [modelInterface.output]: buildNetwork(spec, { batch, mode: 'inference' }).embedding });
}

// The lowering takes every first axis of this size for the number of images, so it must be no size of a network.
const batchStandIn = 7919;

/** The network as exported: batch normalisation folded into the convolutions. */
export function foldedNetwork(spec: ModelSpec, weights: Weights): FoldedGraph {
  checkWeights(spec, weights);
  return foldBatchNorm(inferenceGraph(spec, batchStandIn), weights);
}

/** The graph of the network as exported, for weights that are folded already. */
export function foldedGraph(spec: ModelSpec, batch = batchStandIn): Graph {
  // Which nodes are folded does not depend on the numbers.
  const standIns = new Map([...weightSizes(spec)].map(([name, size]) => [name, new Float32Array(size)]));
  return foldBatchNorm(inferenceGraph(spec, batch), standIns).graph;
}

export interface InferenceModelOptions {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Of the weights those that are held in fewer bits. */
  readonly stored?: ReadonlyMap<string, StoredWeight>;
}

/** `image` [N, 3, rows, cols] → `embedding` [N, size], unit length, as an ONNX model with the weights inside. */
export function encodeInferenceModel({ graph, weights }: FoldedGraph, { name, metadata, stored }: InferenceModelOptions): Uint8Array<ArrayBuffer> {
  // Of the providers' forms the CPU's; an inference graph has the same on both.
  return lowerGraph(graph, { layout: 'nchw', provider: 'cpu', batch: modelInterface.batch, weights, stored, name, metadata });
}

/** Throws unless `weights` are exactly those of the network, and numbers. */
function checkWeights(spec: ModelSpec, weights: Weights): void {
  const expected = weightSizes(spec);
  for (const [name, size] of expected) {
    const values = weights.get(name);
    if (values === undefined) throw new Error(`weights: '${name}' is missing, which ${spec.name} needs`);
    if (values.length !== size) throw new Error(`weights: '${name}' has ${values.length} numbers; ${spec.name} needs ${size}`);
    const bad = firstNotFinite(values);
    if (bad >= 0) throw new Error(`weights: '${name}' holds ${values[bad]} at index ${bad}`);
  }
  for (const name of weights.keys()) {
    if (!expected.has(name)) throw new Error(`weights: '${name}' is none of ${spec.name}`);
  }
}

/** A loop without calls: a large network has 140 million weights. */
function firstNotFinite(values: Float32Array): number {
  // ∞ − ∞ and NaN − NaN are NaN.
  for (let i = 0; i < values.length; i++) if (values[i]! - values[i]! !== 0) return i;
  return -1;
}

function weightSizes(spec: ModelSpec): Map<string, number> {
  const { parameters, statistics } = buildNetwork(spec, { batch: 1, mode: 'inference' });
  return new Map([
    ...parameters.map(({ name, shape }) => [name, shape.reduce((a, b) => a * b, 1)] as const),
    ...statistics.flatMap(({ name, channels }) => [[`${name}/mean`, channels], [`${name}/variance`, channels]] as const),
  ]);
}
