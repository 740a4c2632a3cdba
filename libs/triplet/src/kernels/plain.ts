import { padToVector, type OpenWorkspace, type Workspace } from './workspace.ts';

/**
 * The kernels in plain loops: used where WebAssembly is missing, and the measure of the fast ones. Products are summed
 * in four lanes and rounded to float32 after every operation, as the vector unit does it, so both agree to the bit.
 */
export function createPlainWorkspace(): Workspace {
  return { name: 'plain', open };
}

function open(embeddings: ArrayLike<number>, size: number, dimension: number): OpenWorkspace {
  const width = padToVector(dimension);
  const stride = padToVector(size);
  const rows = new Float32Array(size * width);
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < dimension; k++) rows[row * width + k] = embeddings[row * dimension + k]!;
  }
  const distances = new Float32Array(size * stride);
  const weights = new Float32Array(size * stride);
  const entries = new ArrayBuffer(8 * size);
  const sorted = { distances: new Float32Array(entries), rows: new Int32Array(entries) };

  return {
    size, stride, distances, weights, sorted,

    computeDistances() {
      for (let i = 0; i < size; i++) {
        for (let j = i; j < size; j++) {
          const distance = Math.max(0, Math.fround(2 - 2 * laneProduct(rows, i * width, j * width, width)));
          distances[i * stride + j] = distance;
          distances[j * stride + i] = distance;
        }
      }
    },

    sortNearest(row, candidates, limit) {
      const near = candidates.filter((other) => distances[row * stride + other]! < limit);
      near.sort((a, b) => distances[row * stride + a]! - distances[row * stride + b]! || a - b);
      near.forEach((other, rank) => {
        sorted.distances[2 * rank] = distances[row * stride + other]!;
        sorted.rows[2 * rank + 1] = other;
      });
      return near.length;
    },

    gradient(scale, count = size) {
      const gradient = new Float32Array(count * dimension);
      const twice = Math.fround(2 * scale);
      const pull = new Float32Array(dimension);
      for (let i = 0; i < count; i++) {
        let total = 0;
        pull.fill(0);
        for (let j = 0; j < size; j++) {
          const weight = weights[i * stride + j]!;
          if (weight === 0) continue;
          total = Math.fround(total + weight);
          for (let k = 0; k < dimension; k++) pull[k] = pull[k]! + Math.fround(weight * rows[j * width + k]!);
        }
        for (let k = 0; k < dimension; k++) {
          gradient[i * dimension + k] = twice * Math.fround(Math.fround(total * rows[i * width + k]!) - pull[k]!);
        }
      }
      return gradient;
    },
  };
}

/** The dot product as four running sums, added pairwise at the end: (s₀ + s₂) + (s₁ + s₃). */
function laneProduct(rows: Float32Array, a: number, b: number, width: number): number {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (let k = 0; k < width; k += 4) {
    s0 = Math.fround(s0 + Math.fround(rows[a + k]! * rows[b + k]!));
    s1 = Math.fround(s1 + Math.fround(rows[a + k + 1]! * rows[b + k + 1]!));
    s2 = Math.fround(s2 + Math.fround(rows[a + k + 2]! * rows[b + k + 2]!));
    s3 = Math.fround(s3 + Math.fround(rows[a + k + 3]! * rows[b + k + 3]!));
  }
  return Math.fround(Math.fround(s0 + s2) + Math.fround(s1 + s3));
}
