import { BundleError } from '../bundle/bundle-error.ts';
import type { Tensor } from '../onnx/tensor.ts';
import { fromFloat16, toFloat16 } from './float16.ts';
import { fromInt8, toInt8 } from './int8.ts';

/** Precisions that take fewer bits than float32. Numbers stored so are computed with as float32. */
export const reducedPrecisions = ['float16', 'int8'] as const;
export type ReducedPrecision = (typeof reducedPrecisions)[number];

/** A weight as a file holds it. */
export interface StoredWeight {
  readonly tensor: Tensor;
  /** Of whole numbers: what those of each output are multiplied by, of shape [outputs, 1, …]. */
  readonly scale?: Tensor;
}

const fewNumbers = 256;

/** Whether a tensor of this shape is stored in fewer bits: a weight with several numbers for each output, and not a small one. */
export function isReduced([outputs, ...rest]: readonly number[]): boolean {
  const perOutput = rest.reduce((product, size) => product * size, 1);
  // A bias is [1, c, 1, 1].
  return outputs !== undefined && outputs > 1 && perOutput > 1 && outputs * perOutput >= fewNumbers;
}

/** What the scale of a weight is called beside it. */
export function scaleNameOf(weight: string): string {
  return `${weight}/scale`;
}

/** The shape of the scales of a weight. */
export function scaleDimsOf([outputs, ...rest]: readonly number[]): number[] {
  return [outputs!, ...rest.map(() => 1)];
}

/** A BundleError where a number is too large for the precision. */
export function storeWeight(name: string, dims: readonly number[], values: Float32Array, precision: ReducedPrecision): StoredWeight {
  switch (precision) {
    case 'float16': {
      const halves = toFloat16(values);
      const lost = halves.findIndex((half) => (half & 0x7c00) === 0x7c00);
      if (lost >= 0) throw new BundleError(`weight '${name}' holds ${values[lost]} at index ${lost}; float16 ends at 65504`);
      return { tensor: { type: 'float16', dims, data: halves } };
    }
    case 'int8': {
      const window = dims.slice(2).reduce((product, size) => product * size, 1);
      const { values: data, scales } = toInt8(values, dims[0]!, window);
      return { tensor: { type: 'int8', dims, data }, scale: { type: 'float32', dims: scaleDimsOf(dims), data: scales } };
    }
    default: return precision satisfies never;
  }
}

/** The numbers that the network computes with. */
export function restoreWeight({ tensor: { type, data }, scale }: StoredWeight): Float32Array {
  if (type === 'float16') return fromFloat16(data as Uint16Array);
  return fromInt8({ values: data as Int8Array<ArrayBuffer>, scales: scale!.data as Float32Array<ArrayBuffer> });
}
