import { availableParallelism } from 'node:os';
import type { TrainingBenchRow } from '@facenet/engine/node';
import { type Command, InvalidArgumentError } from 'commander';
import { print, printJson, say } from '../cli/output.ts';
import { formatTable } from '../cli/table.ts';

interface BenchFlags {
  readonly models: readonly string[];
  readonly microBatch?: readonly number[];
  readonly threads: number;
  readonly rounds: number;
  readonly json?: boolean;
}

/** Where each network was fastest on two cores; the threads multiply it. */
const bestMicroBatch: Readonly<Record<string, number>> = { nn1: 8, nn2: 8, nn3: 8, nn4: 32, nns1: 16, nns2: 32 };
const usualMicroBatch = 16;

const help = `
Examples:
  $ facenet bench
  $ facenet bench --models nns2 --micro-batch 16,32,64
  $ facenet bench --json > bench.json

Networks are batch-normalised. The share compares the arithmetic of forward and backward (three times the forward
multiply-adds) with a 1024³ matrix product by the same runtime, measured in turns. Let nothing else run meanwhile.
`;

export function registerBench(program: Command): void {
  program.command('bench')
    .description('Measure how fast networks train on this machine, and how long triplet selection takes.')
    .option('--models <names>', 'networks, by commas', list, ['nn2', 'nn4', 'nns2'])
    .option('--micro-batch <sizes>', 'images a thread takes at a time, by commas; the fastest is reported', (text) => list(text).map(count))
    .option('--threads <count>', 'threads of the engine', count, availableParallelism())
    .option('--rounds <count>', 'timed rounds; the best one counts', count, 5)
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runBench);
}

async function runBench({ models, microBatch, threads, rounds, json }: BenchFlags): Promise<void> {
  const { resolveSpec } = await import('@facenet/architecture');
  const { benchTraining } = await import('@facenet/engine/node');
  const { benchTriplets } = await import('@facenet/triplet');
  const fastest: TrainingBenchRow[] = [];
  let ceilingGflops = 0;
  for (const name of models) {
    const spec = resolveSpec({ extends: name, normalization: 'batch' }, '--models');
    const tried: TrainingBenchRow[] = [];
    for (const size of microBatch ?? [bestMicroBatch[name] ?? usualMicroBatch]) {
      const bench = await benchTraining([{ name, spec, microBatch: size }], { threads, rounds });
      ceilingGflops = Math.max(ceilingGflops, bench.ceilingGflops);
      tried.push(...bench.train);
      say(`${name}, micro-batch ${size}: ${describe(bench.train[0]!)} of ${bench.ceilingGflops.toFixed(0)} GFLOP/s`);
    }
    fastest.push(tried.reduce((best, row) => (row.imagesPerSecond > best.imagesPerSecond ? row : best)));
  }
  const { batch, milliseconds } = benchTriplets({ now: () => performance.now() });
  if (json) {
    printJson({ ceilingGflops, train: fastest, triplets: { batch, milliseconds } });
    return;
  }
  print(formatTable(
    ['model', 'batch', 'images/s', 'share of ceiling'],
    fastest.map((row) => [row.model, String(row.batch), row.imagesPerSecond.toFixed(1), share(row)]),
    ['left', 'right', 'right', 'right'],
  ));
  print(`\nceiling: ${ceilingGflops.toFixed(0)} GFLOP/s on ${threads} threads; triplets of ${batch} faces: ${milliseconds.toFixed(1)} ms on one`);
}

function describe(row: TrainingBenchRow): string {
  return `${row.imagesPerSecond.toFixed(1)} images/s, ${share(row)}`;
}

function share({ shareOfCeiling }: TrainingBenchRow): string {
  return `${(100 * shareOfCeiling).toFixed(1)} %`;
}

function list(text: string): string[] {
  return text.split(',').map((part) => part.trim()).filter((part) => part !== '');
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number of at least 1');
  return value;
}
