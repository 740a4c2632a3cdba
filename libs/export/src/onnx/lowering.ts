import { type Graph, isKind, type Node, type OpKind, type OpTable, type Weights } from '@facenet/architecture';
import type { StoredWeight } from '../precision/stored-weight.ts';
import { OnnxBuilder, type Dimension } from './builder.ts';
import { lowerBatchMean, lowerBatchNormalize, lowerBatchVariance } from './lowering-batch-norm.ts';
import { type Lowered, LoweringContext, type LoweringTarget } from './lowering-context.ts';
import { lowerConv, lowerConvInputGradient, lowerConvWeightGradient } from './lowering-convolution.ts';
import { lowerBroadcast, lowerConstant, lowerElementwise, lowerPower, lowerStep } from './lowering-elementwise.ts';
import {
  lowerAveragePool, lowerAveragePoolGradient, lowerChannelWindowSum, lowerMaxPool, lowerMaxPoolGradient,
} from './lowering-pool.ts';
import {
  lowerConcat, lowerMatMul, lowerPad, lowerReduceSum, lowerReshape, lowerSlice, lowerTranspose,
} from './lowering-shape.ts';
import { emitStoredWeight } from './stored-weight.ts';

export interface LoweringOptions extends LoweringTarget {
  /** Stored in the model; without them every parameter is an input. */
  readonly weights?: Weights;
  /** Of these weights, those that the file holds in fewer bits. */
  readonly stored?: ReadonlyMap<string, StoredWeight> | undefined;
  /** Names the first axis of inputs and outputs, whose size is then free. Only in the `nchw` layout. */
  readonly batch?: string;
  readonly name?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

type Rule<K extends OpKind> = (context: LoweringContext, node: Node<K>, readers: Readers) => Lowered;

/** The graph seen from its values: what else is made of the same input. */
interface Readers {
  /** Inputs of max pools whose gradient is taken too. */
  readonly poolsWithGradient: ReadonlySet<Node>;
}

const elementwise = (op: string) => (context: LoweringContext, node: Node): Lowered => lowerElementwise(context, op, node);
const leaf = (_: LoweringContext, node: Node): Lowered => {
  throw new Error(`internal: ${node.kind} '${node.label}' is an input of the model, lowered with it`);
};

/** How each op is said in ONNX. */
export const onnxLowering: OpTable<{ [K in OpKind]: Rule<K> }> = {
  input: leaf,
  parameter: leaf,
  constant: lowerConstant,

  conv: lowerConv,
  convInputGradient: lowerConvInputGradient,
  convWeightGradient: lowerConvWeightGradient,
  matMul: lowerMatMul,

  relu: elementwise('Relu'),
  step: lowerStep,
  sqrt: elementwise('Sqrt'),
  power: lowerPower,

  add: elementwise('Add'),
  subtract: elementwise('Sub'),
  multiply: elementwise('Mul'),
  divide: elementwise('Div'),
  maximum: elementwise('Max'),

  maxPool: (context, node, { poolsWithGradient }) => lowerMaxPool(context, node, poolsWithGradient.has(node.inputs[0]!)),
  maxPoolGradient: lowerMaxPoolGradient,
  averagePool: lowerAveragePool,
  averagePoolGradient: lowerAveragePoolGradient,
  channelWindowSum: lowerChannelWindowSum,

  batchMean: lowerBatchMean,
  batchVariance: lowerBatchVariance,
  batchNormalize: lowerBatchNormalize,

  reduceSum: lowerReduceSum,
  broadcast: lowerBroadcast,
  reshape: lowerReshape,
  transpose: lowerTranspose,
  concat: lowerConcat,
  slice: lowerSlice,
  pad: lowerPad,
};

/**
 * A graph as an ONNX model. Inputs and parameters keep their names and plain shapes, and so do the outputs, whatever
 * layout the values in between have.
 */
export function lowerGraph(graph: Graph, options: LoweringOptions): Uint8Array<ArrayBuffer> {
  const { batch, layout, provider, name = 'graph', metadata = {} } = options;
  if (batch !== undefined && layout === 'channelMajor') {
    throw new Error(`lowering with free batch '${batch}': expected the layout nchw, got channelMajor`);
  }
  const model = new OnnxBuilder({ name, metadata });
  const dynamicBatch = batch === undefined ? undefined : batchSize(graph);
  const context = new LoweringContext(model, { layout, provider }, dynamicBatch);
  const dims = (node: Node): Dimension[] =>
    node.shape.map((size, axis) => (axis === 0 && size === dynamicBatch ? batch! : size));

  const readers = readersOf(graph);
  for (const node of graph.nodes) {
    context.label = node.label === '' ? node.kind : node.label;
    if (isKind(node, 'input')) {
      context.define(node, { value: model.input(node.attributes.name, 'float32', dims(node)), layout: 'plain' });
    } else if (isKind(node, 'parameter')) {
      context.define(node, { value: parameter(model, node, options), layout: 'plain' });
    } else {
      context.define(node, lower(context, node, readers));
    }
  }
  for (const [output, node] of Object.entries(graph.outputs)) {
    context.label = `output/${output}`;
    model.output(output, context.in('plain', node), 'float32', dims(node));
  }
  return model.encode();
}

function lower<K extends OpKind>(context: LoweringContext, node: Node<K>, readers: Readers): Lowered {
  return onnxLowering[node.kind](context, node, readers);
}

function parameter(model: OnnxBuilder, node: Node<'parameter'>, { weights, stored }: LoweringOptions): string {
  const { name, shape } = node.attributes;
  const reduced = stored?.get(name);
  if (reduced !== undefined) return emitStoredWeight(model, name, reduced);
  if (weights === undefined) return model.input(name, 'float32', shape);
  const data = weights.get(name);
  if (data === undefined) throw new Error(`weights: no '${name}', which the graph reads`);
  return model.initializer(name, { type: 'float32', dims: shape, data });
}

function readersOf(graph: Graph): Readers {
  const poolsWithGradient = new Set<Node>();
  for (const node of graph.nodes) {
    if (node.kind === 'maxPoolGradient') poolsWithGradient.add(node.inputs[0]!);
  }
  return { poolsWithGradient };
}

function batchSize(graph: Graph): number {
  const image = graph.nodes.find((node) => node.kind === 'input' && node.shape.length === 4 && node.shape[0] !== 1);
  if (image === undefined) throw new Error('lowering with a free batch: the graph has no input with a batch of 2 or more');
  return image.shape[0]!;
}
