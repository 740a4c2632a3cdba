import { interpret, type Graph, type Weights } from '@facenet/architecture';
import { modelInterface } from '../model-interface.ts';
import { type GoldenPicture, readGolden } from './golden.ts';
import type { Manifest, ParityReport } from './manifest.ts';

/** Runs a model on `n` images [n, 3, rows, cols]; gives their embeddings one after the other. */
export interface ModelRunner {
  run(images: Float32Array, n: number): Promise<Float32Array>;
  dispose(): Promise<void> | void;
}

/** No component of an exported embedding may be further from the reference. */
export const parityTolerance = 1e-4;

export interface GoldenInput {
  readonly name: string;
  /** [3, rows, cols] */
  readonly image: Float32Array;
}

/** Embeddings of the float64 reference. `graph` is built for one image. */
export function referenceEmbeddings(
  graph: Graph, weights: Weights, inputs: readonly GoldenInput[], onInput: (name: string) => void = () => undefined,
): Float64Array[] {
  return inputs.map(({ name, image }) => {
    onInput(name);
    return interpret(graph, new Map<string, ArrayLike<number>>([...weights, [modelInterface.input, image]]))[modelInterface.output]!;
  });
}

/** How far the model is from the reference, each input alone and all in one batch. */
export async function measureParity(
  runner: ModelRunner, inputs: readonly GoldenInput[], reference: readonly ArrayLike<number>[],
): Promise<ParityReport> {
  const together = await runner.run(concatenate(inputs.map(({ image }) => image)), inputs.length);
  const report: { name: string; difference: number }[] = [];
  for (const [i, { name, image }] of inputs.entries()) {
    const expected = reference[i]!;
    const alone = await runner.run(image, 1);
    const inBatch = together.subarray(i * expected.length, (i + 1) * expected.length);
    report.push({ name, difference: Math.max(largestDifference(alone, expected), largestDifference(inBatch, expected)) });
  }
  return { tolerance: parityTolerance, maxDifference: Math.max(...report.map(({ difference }) => difference)), inputs: report };
}

/**
 * A bundle's golden vectors on this device: from their pixels through its preprocessing and its runtime. A backend of
 * lower precision may differ by more than the tolerance of the export and still be fit for use.
 */
export async function checkGolden(
  { golden }: Pick<Manifest, 'golden'>, toInput: (picture: GoldenPicture) => Float32Array, runner: ModelRunner,
): Promise<ParityReport> {
  const inputs = golden.map((vector): GoldenInput => ({ name: vector.name, image: toInput(readGolden(vector)) }));
  return measureParity(runner, inputs, golden.map(({ embedding }) => embedding));
}

/** Throws when a report is above the tolerance, and for NaN. */
export function requireParity({ inputs, tolerance }: ParityReport): void {
  const worst = inputs.reduce((a, b) => (a.difference >= b.difference ? a : b));
  if (inputs.every(({ difference }) => difference <= tolerance)) return;
  throw new ParityError(
    `the ONNX model differs from the reference by ${worst.difference.toExponential(2)} on '${worst.name}'; ` +
    `expected at most ${tolerance.toExponential(0)}, so nothing was exported`,
  );
}

/** The exported model does not compute what the network computes. */
export class ParityError extends Error {
  override readonly name = 'ParityError';
}

/** Infinity where a value is missing or not a number. */
function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    largest = Math.max(largest, Number.isNaN(difference) ? Infinity : difference);
  }
  return largest;
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
