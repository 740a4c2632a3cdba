import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import { print, printJson, say } from '../cli/output.ts';
import { formatTable } from '../cli/table.ts';
import type { TrainingSpeed } from '../bench/training-speed.ts';

interface BenchFlags {
  readonly models: readonly string[];
  readonly microBatch?: readonly number[];
  readonly threads: number;
  readonly rounds: number;
  readonly json?: boolean;
}

/** Where each network was fastest on two cores. */
const bestMicroBatch: Readonly<Record<string, number>> = { nn1: 8, nn2: 8, nn3: 8, nn4: 32, nns1: 16, nns2: 32 };
const usualMicroBatch = 16;

const help = `
Examples:
  $ facenet bench
  $ facenet bench --models nns2 --micro-batch 16,32,64
  $ facenet bench --json > bench.json

The share compares the arithmetic of forward and backward (three times the forward multiply-adds) with a 1024³ matrix
product by the same runtime. Let nothing else run meanwhile.
`;

export function registerBench(program: Command): void {
  program.command('bench')
    .description('Measure how fast networks train on this machine, and how long triplet selection takes.')
    .option('--models <names>', 'networks, by commas', list, ['nn2', 'nn4', 'nns2'])
    .option('--micro-batch <sizes>', 'micro-batches to try, by commas; the fastest is reported', (text) => list(text).map(count))
    .option('--threads <count>', 'threads of the engine', count, availableParallelism())
    .option('--rounds <count>', 'timed rounds; the median is reported', count, 5)
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runBench);
}

async function runBench({ models, microBatch, threads, rounds, json }: BenchFlags): Promise<void> {
  const { measureTraining } = await import('../bench/training-speed.ts');
  const { benchTriplets } = await import('@facenet/triplet');
  const fastest: TrainingSpeed[] = [];
  for (const model of models) {
    const tried: TrainingSpeed[] = [];
    for (const size of microBatch ?? [bestMicroBatch[model] ?? usualMicroBatch]) {
      const speed = await measureTraining({ model, microBatch: size, threads, rounds });
      say(`${model}, micro-batch ${size}: ${speed.imagesPerSecond.toFixed(1)} images/s, ${(100 * speed.shareOfCeiling).toFixed(0)} % of ${speed.ceilingGflops.toFixed(0)} GFLOP/s`);
      tried.push(speed);
    }
    fastest.push(tried.reduce((best, speed) => (speed.imagesPerSecond > best.imagesPerSecond ? speed : best)));
  }
  const { batch, milliseconds } = benchTriplets({ now: () => performance.now() });
  const ceilingGflops = fastest.reduce((sum, speed) => sum + speed.ceilingGflops, 0) / fastest.length;
  if (json) {
    printJson({ ceilingGflops, threads, train: fastest, triplets: { batch, milliseconds } });
    return;
  }
  print(formatTable(
    ['model', 'micro-batch', 'images/s', 'share of ceiling'],
    fastest.map((speed) => [speed.model, String(speed.batch), speed.imagesPerSecond.toFixed(1), `${(100 * speed.shareOfCeiling).toFixed(1)} %`]),
    ['left', 'right', 'right', 'right'],
  ));
  print(`\nceiling: ${ceilingGflops.toFixed(0)} GFLOP/s on ${threads} threads; triplets of ${batch} faces: ${milliseconds.toFixed(1)} ms on one`);
}

function list(text: string): string[] {
  return text.split(',').map((part) => part.trim()).filter((part) => part !== '');
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number of at least 1');
  return value;
}
