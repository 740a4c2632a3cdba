import { clusteredEmbeddings, seededRandom } from '../testing.ts';
import { createPlainWorkspace } from './plain.ts';
import { createWasmWorkspace } from './wasm/wasm-workspace.ts';
import type { OpenWorkspace } from './workspace.ts';

const wasm = createWasmWorkspace()!;
const plain = createPlainWorkspace();

/** The first n columns of each row: what lies in the padding is nobody's business. */
const columns = (matrix: Float32Array, { size, stride }: OpenWorkspace): Float32Array =>
  matrix.subarray(0, size * stride).filter((_, at) => at % stride < size);

/** How many numbers differ; much faster than toEqual on large arrays. */
const differing = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let count = Math.abs(a.length - b.length);
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++;
  return count;
};

const shapes = [[1, 1], [2, 3], [3, 128], [5, 33], [32, 64], [33, 128], [35, 256], [66, 512], [101, 200], [131, 128]];

describe('the WebAssembly kernels', () => {
  it('are there: Node has 128-bit vectors', () => expect(wasm?.name).toBe('wasm-simd'));

  // One workspace serves all shapes, so what an earlier one leaves in memory must not show.
  it.each([...shapes, ...shapes.toReversed()])('give the distances of plain loops to the bit: n %i, d %i', (n, d) => {
    const embeddings = clusteredEmbeddings(Int32Array.from({ length: n }, (_, i) => i % 3), d, 1, seededRandom(n));
    const [fast, slow] = [wasm.open(embeddings, n, d), plain.open(embeddings, n, d)];
    fast.computeDistances();
    slow.computeDistances();
    expect(differing(columns(fast.distances, fast), columns(slow.distances, slow))).toBe(0);
  });

  it.each([...shapes, ...shapes.toReversed()])('give the gradient of plain loops to the bit: n %i, d %i', (n, d) => {
    const random = seededRandom(n + d);
    const embeddings = clusteredEmbeddings(new Int32Array(n), d, 1, random);
    const [fast, slow] = [wasm.open(embeddings, n, d), plain.open(embeddings, n, d)];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const weight = random.next() < 0.5 ? 0 : Math.floor(9 * random.next()) - 4;
        for (const at of [i * fast.stride + j, j * fast.stride + i]) slow.weights[at] = fast.weights[at] = weight;
      }
    }
    // The gradient of Σ weight · distance / 3, from the definition.
    const expected = new Float64Array(n * d);
    for (let i = 0; i < n * n; i++) {
      const [a, b] = [Math.floor(i / n), i % n];
      for (let k = 0; k < d; k++) {
        expected[a * d + k]! += 2 / 3 * slow.weights[a * slow.stride + b]! * (embeddings[a * d + k]! - embeddings[b * d + k]!);
      }
    }
    const gradient = fast.gradient(1 / 3);
    expect(differing(gradient, slow.gradient(1 / 3))).toBe(0);
    const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const error = gradient.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i]!)), 0);
    expect(error).toBeLessThanOrEqual(3e-6 * largest);
    const some = Math.ceil(n / 2);
    for (const part of [fast, slow]) expect(differing(part.gradient(1 / 3, some), gradient.subarray(0, some * d))).toBe(0);
  });

  const ways: [string, (i: number, random: () => number) => number][] = [
    ['at random', (_, random) => 4 * random()],
    ['all equal', () => 0.5],
    ['in a few ties', (_, random) => Math.floor(4 * random()) / 2],
    ['at 0 and near 0', (i, random) => (i % 2 === 0 ? 0 : 1e-38 * random())],
    ['very unevenly', (i, random) => (i === 7 ? 4 : 1 + 1e-6 * random())],
    ['falling', (i) => 4 - i / 1000],
  ];
  it.each(ways)('sort as plain loops do: distances %s', (_, distance) => {
    const n = 203;
    const random = seededRandom(9);
    const embeddings = clusteredEmbeddings(new Int32Array(n), 4, 1, random);
    const [fast, slow] = [wasm.open(embeddings, n, 4), plain.open(embeddings, n, 4)];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) fast.distances[i * fast.stride + j] = slow.distances[i * slow.stride + j] = distance(j, () => random.next());
    }
    for (const row of [0, 100, 202]) {
      const candidates = Int32Array.from({ length: n }, (_, i) => i).filter((i) => i % 40 !== row % 40);
      for (const limit of [5, 2, 1.0000005, 0.5, 0.25, 0, Infinity]) {
        const kept = candidates.filter((i) => fast.distances[row * fast.stride + i]! < limit).length;
        expect(fast.sortNearest(row, candidates, limit)).toBe(kept);
        expect(slow.sortNearest(row, candidates, limit)).toBe(kept);
        expect(differing(fast.sorted.rows.slice(0, 2 * kept), slow.sorted.rows.slice(0, 2 * kept))).toBe(0);
      }
    }
  });

  it('are left aside where there is no WebAssembly', () => {
    const { WebAssembly } = globalThis as { WebAssembly?: unknown };
    try {
      Object.defineProperty(globalThis, 'WebAssembly', { value: undefined, configurable: true, writable: true });
      expect(createWasmWorkspace()).toBeNull();
    } finally {
      Object.defineProperty(globalThis, 'WebAssembly', { value: WebAssembly, configurable: true, writable: true });
    }
  });
});
