import type { GraphBuilder } from '../graph/builder.ts';
import type { Node } from '../graph/node.ts';
import type { Pair, Shape } from '../graph/ops.ts';
import { samePads } from '../graph/shapes.ts';
import { BATCH_NORM_EPSILON, LRN, MIN_SQUARED_NORM } from './constants.ts';
import type { ModelSpec, PoolKind } from './model-spec.ts';
import type { Parameter, Statistic } from './network.ts';

/** The pieces that layers are made of; collects the parameters and statistics as they come up. */
export class NetworkBuilder {
  readonly graph: GraphBuilder;
  readonly spec: ModelSpec;
  readonly parameters: Parameter[] = [];
  readonly statistics: Statistic[] = [];
  readonly #frozen: ((parameter: string) => boolean) | undefined;

  /** `frozen` says which parameters training leaves as they are; without it the network is built for inference. */
  constructor(graph: GraphBuilder, spec: ModelSpec, frozen: ((parameter: string) => boolean) | undefined) {
    this.graph = graph;
    this.spec = spec;
    this.#frozen = frozen;
  }

  within<T>(name: string, body: () => T): T {
    return this.graph.within(name, body);
  }

  /** Convolution with SAME pads, batch normalisation if the spec says so, ReLU. [n, c, h, w] → [n, out, h', w']. */
  convolution(
    x: Node, { out, kernel, stride, gain = 2 }: { out: number; kernel: number; stride: number; gain?: number },
  ): Node {
    const [, channels] = x.shape;
    const area = kernel * kernel;
    const fans = { fanIn: channels! * area, fanOut: out * area, gain };
    const weight = this.#parameter('weight', [out, channels!, kernel, kernel], 'convolution', fans);
    const window = sameWindow(x, kernel, stride);
    let y = this.graph.conv(x, weight, { stride: window.stride, pads: window.pads });
    const normalized = this.spec.normalization === 'batch';
    if (!normalized || this.spec.bias === 'always') {
      y = this.graph.add(y, this.#parameter('bias', [1, out, 1, 1], 'bias', fans));
    }
    if (normalized) y = this.#batchNormalize(y, fans);
    return this.graph.relu(y);
  }

  /**
   * The adjoint of a convolution with SAME pads: [n, c, h, w] → [n, out, h·stride, w·stride]. Then batch normalisation if
   * the spec says so and ReLU, unless `linear`. The weight is that of the convolution it turns round, [c, out, k, k].
   */
  transposedConvolution(
    x: Node, { out, kernel, stride, linear }: { out: number; kernel: number; stride: number; linear: boolean },
  ): Node {
    const [batch, channels, rows, cols] = x.shape as [number, number, number, number];
    // Each output sums over the inputs whose window it is in: one in stride² of the kernel's places.
    const fans = { fanIn: (channels * kernel * kernel) / stride ** 2, fanOut: out * kernel * kernel, gain: linear ? 1 : 2 };
    const weight = this.#parameter('weight', [channels, out, kernel, kernel], 'convolution', fans);
    const inputShape = [batch, out, rows * stride, cols * stride];
    const pads = samePads([rows * stride, cols * stride], [kernel, kernel], [stride, stride]);
    const y = this.graph.convInputGradient(x, weight, { stride: [stride, stride], pads, inputShape });
    if (!linear && this.spec.normalization === 'batch') return this.graph.relu(this.#batchNormalize(y, fans));
    const biased = this.graph.add(y, this.#parameter('bias', [1, out, 1, 1], 'bias', fans));
    return linear ? biased : this.graph.relu(biased);
  }

  /** [n, features] → [n, outputs]; the weight is [outputs, features]. */
  linear(x: Node, outputs: number, { gain, fanOut = outputs }: { gain: number; fanOut?: number }): Node {
    const features = x.shape[1]!;
    const fans = { fanIn: features, fanOut, gain };
    const weight = this.#parameter('weight', [outputs, features], 'fullyConnected', fans);
    const bias = this.#parameter('bias', [1, outputs], 'bias', fans);
    return this.graph.add(this.graph.matMul(x, weight, { transposeB: true }), bias);
  }

  /** [n, features] → [n, outputs], each output batch-normalised; that cancels a bias, so there is none. */
  normalizedLinear(x: Node, outputs: number): Node {
    const [batch, features] = x.shape;
    const fans = { fanIn: features!, fanOut: outputs, gain: 1 };
    const weight = this.#parameter('weight', [outputs, features!], 'fullyConnected', fans);
    const y = this.graph.matMul(x, weight, { transposeB: true });
    const normalized = this.#batchNormalize(this.graph.reshape(y, [batch!, outputs, 1, 1]), fans);
    return this.graph.reshape(normalized, [batch!, outputs]);
  }

  pool(kind: PoolKind, x: Node, kernel: number, stride: number): Node {
    const window = sameWindow(x, kernel, stride);
    switch (kind) {
      case 'max': return this.graph.maxPool(x, window);
      case 'l2': {
        // The average counts the pads as zeros, so times the window size it is the sum of squares.
        const mean = this.graph.averagePool(this.graph.multiply(x, x), window);
        return this.graph.sqrt(this.graph.scale(mean, kernel * kernel));
      }
      default: return kind satisfies never;
    }
  }

  /** x / (k + α/size · Σ x²)^β over neighbouring channels. */
  localResponseNormalization(x: Node): Node {
    const { graph } = this;
    const squares = graph.channelWindowSum(graph.multiply(x, x), LRN.size);
    const base = graph.add(graph.scale(squares, LRN.alpha / LRN.size), graph.constant(LRN.k));
    return graph.multiply(x, graph.power(base, -LRN.beta));
  }

  /** [n, c, h, w] → [n, c, 1, 1]. */
  globalAverage(x: Node): Node {
    const [, , rows, cols] = x.shape;
    return this.graph.scale(this.graph.reduceSum(x, [2, 3]), 1 / (rows! * cols!));
  }

  /** [n, c, h, w] → [n, c·h·w]; a vector stays as it is. */
  flatten(x: Node): Node {
    if (x.shape.length === 2) return x;
    const [batch, ...sizes] = x.shape;
    return this.graph.reshape(x, [batch!, sizes.reduce((product, size) => product * size, 1)]);
  }

  /** Each row of [n, features] to unit length. */
  l2Normalize(x: Node): Node {
    const { graph } = this;
    const squaredNorm = graph.reduceSum(graph.multiply(x, x), [1]);
    return graph.divide(x, graph.sqrt(graph.maximum(squaredNorm, graph.constant(MIN_SQUARED_NORM))));
  }

  #batchNormalize(x: Node, fans: Fans): Node {
    const { graph } = this;
    const channels = x.shape[1]!;
    const shape = [1, channels, 1, 1];
    const scale = this.#parameter('scale', shape, 'scale', fans);
    const shift = this.#parameter('shift', shape, 'shift', fans);
    const name = graph.label;
    // What is frozen must give the same features at every step, so its statistics stay too.
    const training = this.#frozen !== undefined && !(this.#frozen(`${name}/scale`) && this.#frozen(`${name}/shift`));
    const mean = training ? graph.batchMean(x) : graph.input(`${name}/mean`, shape);
    const variance = training ? graph.batchVariance(x, mean) : graph.input(`${name}/variance`, shape);
    this.statistics.push({ name, channels, mean, variance, ofBatch: training });
    return graph.batchNormalize(x, scale, shift, mean, variance, { epsilon: BATCH_NORM_EPSILON, training });
  }

  #parameter(part: string, shape: Shape, role: Parameter['role'], fans: Fans): Node {
    const name = `${this.graph.label}/${part}`;
    const node = this.graph.parameter(name, shape);
    this.parameters.push({ name, shape, node, role, ...fans });
    return node;
  }
}

type Fans = Pick<Parameter, 'fanIn' | 'fanOut' | 'gain'>;

function sameWindow(x: Node, size: number, step: number) {
  const kernel: Pair = [size, size];
  const stride: Pair = [step, step];
  return { kernel, stride, pads: samePads([x.shape[2]!, x.shape[3]!], kernel, stride) };
}
