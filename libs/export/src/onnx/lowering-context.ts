import { type Node, type Shape, sizeOf } from '@facenet/architecture';
import type { Attributes, OnnxBuilder, Value } from './builder.ts';

/**
 * How the elements of a rank-4 value lie in memory. `plain` is [n, c, h, w] as the graph says; `channelMajor` swaps the
 * first two axes: then a 1×1 convolution is one matrix product over all images, and a channel is one contiguous run.
 */
export type Layout = 'plain' | 'channelMajor';

export interface Lowered {
  readonly value: Value;
  readonly layout: Layout;
}

/** What rules that compute in place of several ops may use. */
export type Provider = 'cpu' | 'webgpu';

export interface LoweringTarget {
  readonly layout: 'nchw' | 'channelMajor';
  readonly provider: Provider;
}

/** Values made so far, in the layouts asked for, and short ways to add ONNX nodes. */
export class LoweringContext {
  readonly model: OnnxBuilder;
  readonly target: LoweringTarget;
  /** The size that stands for a batch known only when the model runs; undefined where all sizes are fixed. */
  readonly dynamicBatch: number | undefined;
  readonly #lowered = new Map<number, Lowered>();
  readonly #converted = new Map<string, Value>();
  readonly #shared = new Map<string, readonly Value[]>();
  #label = '';

  constructor(model: OnnxBuilder, target: LoweringTarget, dynamicBatch: number | undefined) {
    this.model = model;
    this.target = target;
    this.dynamicBatch = dynamicBatch;
  }

  /** The layout in which convolutions and pools give their results. */
  get activations(): Layout {
    return this.target.layout === 'channelMajor' ? 'channelMajor' : 'plain';
  }

  /** Where the nodes come from that are added next. */
  set label(label: string) {
    this.#label = label;
  }

  define(node: Node, lowered: Lowered): void {
    this.#lowered.set(node.id, lowered);
  }

  lowered(node: Node): Lowered {
    const known = this.#lowered.get(node.id);
    if (known === undefined) throw new Error(`internal: ${node.kind} '${node.label}' is read before it is lowered`);
    return known;
  }

  /** The value of `node` in `layout`, converted once however often it is asked for. */
  in(layout: Layout, node: Node): Value {
    const known = this.lowered(node);
    if (known.layout === layout || node.shape.length < 2) return known.value;
    const key = `${node.id} ${layout}`;
    const converted = this.#converted.get(key) ?? this.#swapped(known.value, asRank4(node.shape), known.layout);
    this.#converted.set(key, converted);
    return converted;
  }

  /** The shape that `node` has in memory in `layout`. */
  shapeIn(layout: Layout, node: Node): Shape {
    return layout === 'plain' ? node.shape : swapped(asRank4(node.shape));
  }

  /** Makes something once for all who name the same key: the columns of a convolution, the indices of a pool. */
  once(key: string, make: () => readonly Value[]): readonly Value[] {
    const values = this.#shared.get(key) ?? make();
    this.#shared.set(key, values);
    return values;
  }

  emit(op: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.model.node(op, inputs, attributes, `${this.#label}/${op}`);
  }

  emitSeveral(op: string, inputs: readonly Value[], outputs: number, attributes: Attributes = {}): Value[] {
    return this.model.nodes(op, inputs, outputs, attributes, `${this.#label}/${op}`);
  }

  scalar(value: number): Value {
    return this.model.floats([value]);
  }

  ints(values: readonly number[]): Value {
    return this.model.int64s(values);
  }

  reshape(value: Value, shape: Shape): Value {
    const sizes = shape.map((size, axis) => (axis === 0 && size === this.dynamicBatch ? -1 : size));
    return this.emit('Reshape', [value, this.ints(sizes)]);
  }

  transpose(value: Value, permutation: readonly number[]): Value {
    return this.emit('Transpose', [value], { perm: { ints: permutation } });
  }

  /** Elements start … start + (count − 1)·step of each axis. */
  slice(value: Value, axes: readonly SliceOfAxis[]): Value {
    return this.emit('Slice', [
      value,
      this.ints(axes.map(({ start }) => start)),
      this.ints(axes.map(({ start, count, step }) => start + (count - 1) * step + 1)),
      this.ints(axes.map(({ axis }) => axis)),
      this.ints(axes.map(({ step }) => step)),
    ]);
  }

  /** `amounts` before each axis, then after each. */
  pad(value: Value, amounts: readonly number[], filling = 0): Value {
    if (amounts.every((amount) => amount === 0)) return value;
    return this.emit('Pad', [value, this.ints(amounts), this.scalar(filling)]);
  }

  // With one of the two axes of size 1 the elements already lie in the other order.
  #swapped(value: Value, shape: Shape, from: Layout): Value {
    const target = swapped(shape);
    if (shape[0] === 1 || shape[1] === 1) return this.reshape(value, from === 'plain' ? target : shape);
    return this.transpose(value, [1, 0, 2, 3]);
  }
}

export interface SliceOfAxis {
  readonly axis: number;
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

/** Leading axes of size 1, as broadcasting adds them. */
export function asRank4(shape: Shape): Shape {
  return [...Array.from({ length: 4 - shape.length }, () => 1), ...shape];
}

export function swapped([a, b, ...rest]: Shape): Shape {
  return [b!, a!, ...rest];
}

/** Product of the sizes from `axis` on. */
export function sizeFrom(shape: Shape, axis: number): number {
  return sizeOf(shape.slice(axis));
}
