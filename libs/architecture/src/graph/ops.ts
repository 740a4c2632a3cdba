/**
 * The closed list of operations. Every question about them (shape, reference value, gradient, ONNX, …) is one table
 * typed over this list, so the compiler shows the missing cell when an op is added.
 *
 * Activations are [n, c, h, w] or [n, features]; convolution weights [outputs, inputs, rows, cols].
 */
export type Shape = readonly number[];

/** Rows, then columns. */
export type Pair = readonly [rows: number, cols: number];

/** Zero padding: [top, left, bottom, right]. */
export type Pads = readonly [top: number, left: number, bottom: number, right: number];

export interface WindowAttributes {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pads: Pads;
}

export interface ConvAttributes {
  readonly stride: Pair;
  readonly pads: Pads;
}

/** What each op needs beside its inputs. `NoAttributes` is an empty object. */
export interface OpAttributes {
  /** Fed when the graph runs: images, a seed gradient, frozen statistics. */
  input: { readonly name: string; readonly shape: Shape };
  /** Learned; fed from the weights. */
  parameter: { readonly name: string; readonly shape: Shape };
  /** Every element is `value`. */
  constant: { readonly value: number; readonly shape: Shape };

  /** (x, weight) → cross-correlation. */
  conv: ConvAttributes;
  /** (dy, weight) → gradient to x, whose shape is `inputShape`. */
  convInputGradient: ConvAttributes & { readonly inputShape: Shape };
  /** (x, dy) → gradient to the weight, whose shape is `weightShape`. */
  convWeightGradient: ConvAttributes & { readonly weightShape: Shape };
  /** (a, b) → 2-D product, either side read transposed. */
  matMul: { readonly transposeA: boolean; readonly transposeB: boolean };

  relu: NoAttributes;
  /** 1 where x > 0, else 0. */
  step: NoAttributes;
  /** Its gradient is taken as 0 at 0 (L2 pool over an all-zero window). */
  sqrt: NoAttributes;
  /** x ^ exponent, x > 0 unless the exponent is a non-negative integer. */
  power: { readonly exponent: number };

  /** Binary ops broadcast as NumPy does. */
  add: NoAttributes;
  subtract: NoAttributes;
  multiply: NoAttributes;
  divide: NoAttributes;
  /** Elementwise larger of two; at a tie the gradient goes to the second. */
  maximum: NoAttributes;

  /** Pads never win. */
  maxPool: WindowAttributes;
  /** (x, y, dy) → gradient to x; among tied maxima the first in row-major order receives it. */
  maxPoolGradient: WindowAttributes;
  /** Window sum ÷ window size, pads counted as zeros. */
  averagePool: WindowAttributes;
  /** (dy) → gradient to x, whose shape is `inputShape`. */
  averagePoolGradient: WindowAttributes & { readonly inputShape: Shape };
  /** Sum over a window of `size` (odd) neighbouring channels centred on each, missing ones as zeros. */
  channelWindowSum: { readonly size: number };

  /** (x) → [1, c, 1, 1] (or [1, c]) mean of each channel over everything else. */
  batchMean: NoAttributes;
  /** (x, mean) → same shape, population variance of each channel. */
  batchVariance: NoAttributes;
  /**
   * (x, scale, shift, mean, variance) → scale · (x − mean) / √(variance + ε) + shift. With `training` the statistics
   * are those of x itself, and the gradient to x goes through them; nothing then flows into mean and variance.
   */
  batchNormalize: { readonly epsilon: number; readonly training: boolean };

  /** Sum over `axes`, which stay with size 1. */
  reduceSum: { readonly axes: readonly number[] };
  broadcast: { readonly shape: Shape };
  reshape: { readonly shape: Shape };
  transpose: { readonly permutation: readonly number[] };
  concat: { readonly axis: number };
  slice: { readonly axis: number; readonly start: number; readonly length: number };
  /** Zeros before and after along one axis (the gradient of `slice`). */
  pad: { readonly axis: number; readonly before: number; readonly after: number };
}

export type NoAttributes = Readonly<Record<string, never>>;

export type OpKind = keyof OpAttributes;

/** One answer per op. */
export type OpTable<Answer extends { [K in OpKind]: unknown }> = { readonly [K in OpKind]: Answer[K] };
