/** A tensor as TensorFlow.js keeps it: filters are [rows, cols, in, out], dense weights [in, out]. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

interface StoredEntry {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of bytes; without it the numbers are float32. */
  readonly quantization?: { readonly dtype: 'uint8'; readonly scale: number; readonly min: number };
}

/** A network's weights by name; one that is missing, or of another size than expected, is an error that names it. */
export class StoredWeights {
  readonly #tensors: ReadonlyMap<string, StoredTensor>;

  constructor(tensors: ReadonlyMap<string, StoredTensor>) {
    this.#tensors = tensors;
  }

  get(name: string): StoredTensor {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw new Error(`face-api's weights have no '${name}'`);
    return tensor;
  }
}

/** Reads a weights manifest and the bytes of its one file. */
export function readStoredWeights(manifest: string, bytes: Uint8Array): StoredWeights {
  const [group] = JSON.parse(manifest) as [{ readonly weights: readonly StoredEntry[] }];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tensors = new Map<string, StoredTensor>();
  let at = 0;
  for (const { name, shape, quantization } of group.weights) {
    const count = shape.reduce((product, size) => product * size, 1);
    const start = at;
    at += count * (quantization ? 1 : 4);
    if (at > bytes.byteLength) break;
    tensors.set(name, { shape, data: Float32Array.from({ length: count }, (_, i) => (
      quantization ? bytes[start + i]! * quantization.scale + quantization.min : view.getFloat32(start + 4 * i, true))) });
  }
  if (at !== bytes.byteLength) throw new Error(`face-api's weights: the manifest is of ${at} bytes, the file has ${bytes.byteLength}`);
  return new StoredWeights(tensors);
}
