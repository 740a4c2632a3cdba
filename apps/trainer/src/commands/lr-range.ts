import path from 'node:path';
import type { Command } from 'commander';
import { InterruptedError } from '../cli/errors.ts';
import { listenForInterrupt } from '../cli/interrupt.ts';
import { parseCount, parsePositive } from '../cli/options.ts';
import { printJson, say } from '../cli/output.ts';
import { startProgress } from '../cli/progress.ts';
import { loadExperiment } from '../config/load.ts';
import { collectOverride } from './train.ts';

interface RangeFlags {
  readonly set: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly steps: number;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet lr-range configs/nns2-faces.yaml --set data.train=faces --set loss.kind=softmax
  $ facenet lr-range configs/nn4-faces.yaml --from 1e-5 --to 0.1 --steps 60

The rate climbs by equal factors, a step each, over the first stage of the experiment. A rate at the steepest descent, or
a tenth of the one with the lowest loss, is a good learningRate.peak. A triplet loss divided by its active triplets stays
near the margin whatever is learned: set loss.reduction=pairs, or test the softmax stage.
The run folder, with lr-range added to its name, gets lr-range.json and lr-range.svg.
`;

export function registerLrRange(program: Command): void {
  program.command('lr-range')
    .description('Find a learning rate: train some steps while the rate climbs, and watch the loss.')
    .argument('<config>', 'the experiment, as YAML')
    .option('--set <key=value>', 'change one setting (again for more)', collectOverride, [])
    .option('--from <rate>', 'the first rate', parsePositive, 1e-6)
    .option('--to <rate>', 'the last rate', parsePositive, 1)
    .option('--steps <n>', 'how many steps', parseCount(10), 100)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action(runLrRange);
}

async function runLrRange(config: string, { set, from, to, steps, json }: RangeFlags): Promise<void> {
  const loaded = loadExperiment(config, set);
  const experiment = { ...loaded, run: `${loaded.run}-lr-range` };
  const [{ learningRateRange }, { onnxRuntime }, { drawRange }, { writeFileAtomically }] = await Promise.all([
    import('../training/learning-rate-range.ts'), import('../training/run-experiment.ts'), import('../charts/range-chart.ts'),
    import('@facenet/files'),
  ]);
  const interrupt = listenForInterrupt('stopping after this step');
  const progress = startProgress('lr-range');
  try {
    const result = await learningRateRange(experiment, { from, to, steps, signal: interrupt.signal, progress, factory: onnxRuntime });
    progress.stop();
    if (interrupt.signal.aborted) throw new InterruptedError(`stopped after ${result.points.length} of ${steps} steps; nothing was written`);
    const chart = path.join(experiment.run, 'lr-range.svg');
    writeFileAtomically(path.join(experiment.run, 'lr-range.json'), `${JSON.stringify(result, null, 1)}\n`);
    writeFileAtomically(chart, await drawRange(result));
    if (json) printJson(result);
    else {
      say(`steepest descent at ${result.steepest?.toExponential(1) ?? 'no rate: the loss never fell'}; a tenth of the rate with the lowest loss: ${result.tenthOfLowest.toExponential(1)}`);
      say(`curve: ${chart}`);
    }
  } finally {
    progress.stop();
    interrupt.dispose();
  }
}
