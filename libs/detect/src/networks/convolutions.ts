import type { OnnxBuilder, Value } from '@facenet/export';
import type { StoredTensor, StoredWeights } from './stored-weights.ts';

/** `same` as TensorFlow means it: what is odd of the padding goes behind. */
export interface ConvOptions {
  readonly padding: 'valid' | 'same';
  readonly stride?: 1 | 2;
}

/** TensorFlow's convolutions as ONNX's, of weights that are stored as the first wants them. */
export class Convolutions {
  readonly #model: OnnxBuilder;
  readonly #weights: StoredWeights;

  constructor(model: OnnxBuilder, weights: StoredWeights) {
    this.#model = model;
    this.#weights = weights;
  }

  /** `name`/filters and `name`/bias. */
  conv(x: Value, name: string, options: ConvOptions): Value {
    const { shape, data } = this.#weights.get(`${name}/filters`);
    const [rows, cols, from, to] = shape as readonly [number, number, number, number];
    return this.#model.node('Conv', [x, this.#float(`${name}/filters`, [to, from, rows, cols], permuted(data, [rows * cols, from, to], [2, 1, 0])), this.#bias(name)],
      attributes(rows, cols, options), name);
  }

  /** A filter of each channel by itself, then sums over channels. */
  separable(x: Value, name: string, options: ConvOptions): Value {
    const { shape: [rows, cols, channels], data: each } = this.#weights.get(`${name}/depthwise_filter`) as StoredTensor & { readonly shape: readonly [number, number, number, 1] };
    const { shape: [, , from, to], data: across } = this.#weights.get(`${name}/pointwise_filter`) as StoredTensor & { readonly shape: readonly [1, 1, number, number] };
    const depthwise = this.#model.node('Conv', [x, this.#float(`${name}/depthwise`, [channels, 1, rows, cols], permuted(each, [rows * cols, channels], [1, 0]))],
      { ...attributes(rows, cols, options), group: { int: channels } }, `${name}/depthwise`);
    return this.#model.node('Conv', [depthwise, this.#float(`${name}/pointwise`, [to, from, 1, 1], permuted(across, [from, to], [1, 0])), this.#bias(name)],
      attributes(1, 1, { padding: 'valid' }), name);
  }

  /** `name`/weights and `name`/bias. */
  dense(x: Value, name: string): Value {
    const { shape, data } = this.#weights.get(`${name}/weights`);
    return this.#model.node('Gemm', [x, this.#float(`${name}/weights`, shape, data), this.#bias(name)], {}, name);
  }

  #bias(name: string): Value {
    const { shape, data } = this.#weights.get(`${name}/bias`);
    return this.#float(`${name}/bias`, shape, data);
  }

  #float(name: string, dims: readonly number[], data: Float32Array): Value {
    return this.#model.initializer(`${name}/stored`, { type: 'float32', dims, data });
  }
}

type Shape = readonly number[];

function attributes(rows: number, cols: number, { padding, stride = 1 }: ConvOptions): NonNullable<Parameters<OnnxBuilder['node']>[2]> {
  return {
    kernel_shape: { ints: [rows, cols] }, strides: { ints: [stride, stride] }, auto_pad: { string: padding === 'same' ? 'SAME_UPPER' : 'VALID' },
  };
}

/** The tensor with its axes in another order; the result's axis i is the given one's axis order[i]. */
function permuted(data: Float32Array, shape: Shape, order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const sizes = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  const out = new Float32Array(data.length);
  for (let i = 0; i < out.length; i++) {
    let [rest, at] = [i, 0];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      at += (rest % sizes[axis]!) * steps[axis]!;
      rest = Math.floor(rest / sizes[axis]!);
    }
    out[i] = data[at]!;
  }
  return out;
}
