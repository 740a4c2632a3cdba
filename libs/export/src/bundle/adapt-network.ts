import type { NetworkInterface } from './manifest.ts';
import type { ModelRunner } from './parity.ts';

/** A loaded network as it is: the values and sizes of its input, to those of its output. */
export interface RawNetwork {
  run(values: Float32Array, dims: readonly number[]): Promise<RawResult>;
  dispose(): Promise<void> | void;
}

export interface RawResult {
  readonly values: Float32Array;
  readonly dims: readonly number[];
}

export interface NetworkSizes {
  /** Channels, rows, columns. */
  readonly inputSize: readonly number[];
  readonly embedding: { readonly size: number };
}

/**
 * Runs any network as all are run: pictures [n, 3, rows, cols] of any number to unit vectors [n, size]. Turns the layout,
 * runs as many pictures at once as the network takes, and normalises where it does not do so itself.
 */
export function adaptNetwork(raw: RawNetwork, network: NetworkInterface, { inputSize, embedding: { size } }: NetworkSizes): ModelRunner {
  const length = inputSize.reduce((product, axis) => product * axis, 1);
  const dims = picturesDims(network, inputSize);
  return {
    run: async (images, n) => {
      if (!(n >= 1) || images.length !== n * length) {
        throw new RangeError(`inference: ${n} images of [${inputSize.join(', ')}] are ${n * length} numbers; got ${images.length}`);
      }
      const pictures = network.layout === 'nhwc' ? channelsLast(images, inputSize) : images;
      const embeddings = new Float32Array(n * size);
      const atOnce = network.batch === 'any' ? n : network.batch;
      for (let first = 0; first < n; first += atOnce) {
        const part = filled(pictures.subarray(first * length, (first + atOnce) * length), atOnce * length);
        const result = await raw.run(part, [atOnce, ...dims]);
        requireDims(result, [atOnce, size]);
        embeddings.set(result.values.subarray(0, Math.min(atOnce, n - first) * size), first * size);
      }
      if (!network.normalized) normalizeRows(embeddings, size);
      return embeddings;
    },
    dispose: () => raw.dispose(),
  };
}

/** The sizes of one picture in a network's layout. */
export function picturesDims({ layout }: Pick<NetworkInterface, 'layout'>, [channels, rows, cols]: readonly number[]): number[] {
  return layout === 'nhwc' ? [rows!, cols!, channels!] : [channels!, rows!, cols!];
}

/** [n, c, h, w] → [n, h, w, c] */
export function channelsLast(images: Float32Array, [channels, rows, cols]: readonly number[]): Float32Array {
  const plane = rows! * cols!;
  const turned = new Float32Array(images.length);
  for (let start = 0; start < images.length; start += channels! * plane) {
    for (let channel = 0; channel < channels!; channel++) {
      for (let i = 0; i < plane; i++) turned[start + i * channels! + channel] = images[start + channel * plane + i]!;
    }
  }
  return turned;
}

/** Divides each row of `size` numbers by its length; one of length 0 has no direction and is an error. */
export function normalizeRows(values: Float32Array, size: number): void {
  for (let start = 0; start < values.length; start += size) {
    const row = values.subarray(start, start + size);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    // Not `=== 0`, so that NaN is caught as well.
    if (!(length > 0)) throw new Error(`inference: the network gives picture ${start / size} a vector of length ${length}; expected one that has a direction`);
    row.forEach((value, i) => { row[i] = value / length; });
  }
}

/** `part`, followed by zeros where it is too short for the network. */
function filled(part: Float32Array, length: number): Float32Array {
  if (part.length === length) return part;
  const whole = new Float32Array(length);
  whole.set(part);
  return whole;
}

function requireDims({ dims }: RawResult, expected: readonly number[]): void {
  if (dims.join() === expected.join()) return;
  throw new Error(`inference: the network gives [${dims.join(', ')}]; expected [${expected.join(', ')}]`);
}
