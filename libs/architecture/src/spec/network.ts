import type { GraphBuilder } from '../graph/builder.ts';
import type { Node } from '../graph/node.ts';
import type { Shape } from '../graph/ops.ts';
import type { LayerSpec, ModelSpec } from './model-spec.ts';

/** A spec built for one batch size. Further nodes (a loss, gradients) are added with the same builder. */
export interface Network {
  readonly spec: ModelSpec;
  readonly builder: GraphBuilder;
  /** The input `image`, [batch, 3, rows, cols]. */
  readonly image: Node;
  /** [batch, embedding], each row of unit length. */
  readonly embedding: Node;
  readonly parameters: readonly Parameter[];
  /** One per batch normalisation. */
  readonly statistics: readonly Statistic[];
  /** What each layer gives; an `lrn` slot that stays empty has no entry. */
  readonly layers: readonly LayerOutput[];
}

export interface Parameter {
  /** Layer, branch, convolution, what it is: `inception3a/branch3x3/conv/weight`. */
  readonly name: string;
  readonly shape: Shape;
  readonly node: Node;
  readonly role: ParameterRole;
  /** Of the linear map it belongs to: how many values each output sums, and how many outputs each input reaches. */
  readonly fanIn: number;
  readonly fanOut: number;
  /**
   * What `fanIn · variance` of the weights must be for the mean square of the signal to pass unchanged: 2 before a
   * ReLU, which drops half of it, 1 in a linear layer or before a maxout of two.
   */
  readonly gain: number;
}

export type ParameterRole = 'convolution' | 'fullyConnected' | 'bias' | 'scale' | 'shift';

/**
 * Mean and variance [1, channels, 1, 1] of a batch normalisation: in training the batch's own, in inference or where
 * it is frozen inputs named `${name}/mean` and `${name}/variance`.
 */
export interface Statistic {
  readonly name: string;
  readonly channels: number;
  readonly mean: Node;
  readonly variance: Node;
  /** Whether they are the batch's own. */
  readonly ofBatch: boolean;
}

export interface LayerOutput {
  readonly layer: LayerSpec;
  readonly node: Node;
}
