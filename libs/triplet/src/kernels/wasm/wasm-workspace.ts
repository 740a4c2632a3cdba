import { TripletError } from '../../errors.ts';
import { padToVector, type OpenWorkspace, type Workspace } from '../workspace.ts';
import { assemble } from './assembler.ts';
import { distanceKernel } from './distance-kernel.ts';
import { chunk, gradientKernel } from './gradient-kernel.ts';
import { histogramBytes, sortKernel } from './sort-kernel.ts';

/** The part of the WebAssembly interface used here; neither the language's library nor this package's types have it. */
interface WebAssemblyInterface {
  readonly Memory: new (descriptor: { initial: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { readonly exports: object };
}

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

type Address = number;
interface Kernels {
  distances(rows: Address, out: Address, size: number, rowBytes: number, outBytes: number): void;
  sort(
    distances: Address, candidates: Address, count: number, limit: number,
    entries: Address, spare: Address, histogram: Address,
  ): number;
  gradient(
    rows: Address, weights: Address, out: Address, list: Address,
    count: number, size: number, rowBytes: number, weightBytes: number, scale: number,
  ): void;
}

const pageBytes = 65536;

/** The kernels in WebAssembly with 128-bit vectors; null where the machine has none. */
export function createWasmWorkspace(): Workspace | null {
  const { WebAssembly } = globalThis as { WebAssembly?: WebAssemblyInterface };
  if (WebAssembly === undefined) return null;
  const memory = new WebAssembly.Memory({ initial: 1 });
  let module: object;
  try {
    module = new WebAssembly.Module(assemble([distanceKernel, sortKernel, gradientKernel]));
  } catch {
    // The engine refuses a module with vector instructions that it does not know, or any at all by policy.
    return null;
  }
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels;
  return { name: 'wasm-simd', open: (embeddings, size, dimension) => open(kernels, memory, embeddings, size, dimension) };
}

function open(kernels: Kernels, memory: WasmMemory, embeddings: ArrayLike<number>, size: number, dimension: number): OpenWorkspace {
  const width = Math.ceil(dimension / chunk) * chunk;
  const stride = padToVector(size);
  const rowBytes = 4 * width;
  const strideBytes = 4 * stride;
  let end = 0;
  const reserve = (bytes: number): Address => {
    const start = end;
    end += Math.ceil(bytes / 16) * 16;
    return start;
  };
  const at = {
    rows: reserve(stride * rowBytes), distances: reserve(stride * strideBytes), weights: reserve(stride * strideBytes),
    gradient: reserve(stride * rowBytes), candidates: reserve(4 * size),
    // One more than n: kernels write an entry before they know whether it counts.
    entries: reserve(8 * (size + 1)), spare: reserve(8 * (size + 1)), histogram: reserve(histogramBytes),
  };
  growTo(memory, end);
  const floats = (address: Address, length: number): Float32Array => new Float32Array(memory.buffer, address, length);
  const integers = (address: Address, length: number): Int32Array => new Int32Array(memory.buffer, address, length);

  const rows = floats(at.rows, stride * width).fill(0);
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < dimension; k++) rows[row * width + k] = embeddings[row * dimension + k]!;
  }
  const candidateRows = integers(at.candidates, size);
  let loaded: Int32Array | undefined;

  return {
    size, stride,
    distances: floats(at.distances, size * stride),
    weights: floats(at.weights, size * stride).fill(0),
    sorted: { distances: floats(at.entries, 2 * size), rows: integers(at.entries, 2 * size) },

    computeDistances() {
      kernels.distances(at.rows, at.distances, stride, rowBytes, strideBytes);
    },

    sortNearest(row, candidates, limit) {
      // The rows of an identity share their candidates.
      if (candidates !== loaded) candidateRows.set(loaded = candidates);
      return kernels.sort(at.distances + row * strideBytes, at.candidates, candidates.length, limit,
        at.entries, at.spare, at.histogram);
    },

    gradient(scale, count = size) {
      kernels.gradient(at.rows, at.weights, at.gradient, at.entries, count, size, rowBytes, strideBytes, 2 * scale);
      const padded = floats(at.gradient, count * width);
      if (width === dimension) return padded.slice();
      const gradient = new Float32Array(count * dimension);
      for (let row = 0; row < count; row++) gradient.set(padded.subarray(row * width, row * width + dimension), row * dimension);
      return gradient;
    },
  };
}

function growTo(memory: WasmMemory, bytes: number): void {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / pageBytes);
  if (missing <= 0) return;
  try {
    memory.grow(missing);
  } catch {
    throw new TripletError(`batch: needs ${Math.ceil(bytes / 2 ** 20)} MiB for its distances, which the machine does not give; ` +
      'use a smaller batch');
  }
}
