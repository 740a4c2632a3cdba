// Run as a process of its own, because Dawn does not survive a test's sandbox: one training step of a small network on
// the CPU and on WebGPU. Prints one line of JSON: how far they differ, or why there is nothing to compare.
import { initializeWeights, type Normalization, Random, resolveSpec, sizeOf } from '@facenet/architecture';
import type { Backend } from './backends.ts';
import { createTrainingEngine } from './training-engine.ts';

export type WebGpuStep =
  | { readonly adapter: false; readonly reason: string }
  | { readonly adapter: true; readonly differences: readonly StepDifference[] };

export interface StepDifference {
  readonly normalization: Normalization;
  /** Largest absolute difference. */
  readonly embedding: number;
  /** Largest difference of a gradient, relative to the largest of its parameter. */
  readonly gradient: number;
}

const microBatch = 2;

async function compare(normalization: Normalization): Promise<StepDifference> {
  const spec = resolveSpec({ extends: 'nns2', width: 0.25, embedding: 16, input: [3, 36, 30], normalization });
  const weights = initializeWeights(spec, { seed: 1, scheme: 'he' });
  const random = new Random(2);
  const images = Float32Array.from({ length: microBatch * sizeOf(spec.input) }, () => random.normal());
  const seed = Float32Array.from({ length: microBatch * spec.embedding }, () => random.normal());
  const step = async (backend: Backend) => {
    const engine = await createTrainingEngine(spec, { microBatch, threads: 1, backend, weights });
    try {
      return { embedding: await engine.embed(images), gradients: await engine.backward(images, seed) };
    } finally {
      await engine.dispose();
    }
  };
  const [gpu, cpu] = [await step('webgpu'), await step('cpu')];
  const gradients = [...cpu.gradients].map(([name, expected]) => (
    difference(gpu.gradients.get(name)!, expected) / expected.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-6)
  ));
  return { normalization, embedding: difference(gpu.embedding, cpu.embedding), gradient: Math.max(...gradients) };
}

function difference(a: Float32Array, b: Float32Array): number {
  return a.reduce((max, value, i) => Math.max(max, Math.abs(value - b[i]!)), 0);
}

async function main(): Promise<WebGpuStep> {
  try {
    return { adapter: true, differences: [await compare('batch'), await compare('lrn')] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (/adapter/i.test(reason)) return { adapter: false, reason };
    throw error;
  }
}

console.log(JSON.stringify(await main()));
