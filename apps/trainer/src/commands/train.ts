import { launchedAs } from '@facenet/collective';
import type { Command } from 'commander';
import { exitCodes, InterruptedError, UsageError } from '../cli/errors.ts';
import { ignoreInterrupts, listenForInterrupt } from '../cli/interrupt.ts';
import { printJson, say } from '../cli/output.ts';
import { formatSeconds, silentProgress, startProgress } from '../cli/progress.ts';
import { asRank } from '../cli/rank.ts';
import { loadExperiment } from '../config/load.ts';
import type { Experiment } from '../config/schema.ts';

interface TrainFlags {
  readonly set: readonly string[];
  readonly resume?: boolean;
  readonly strict?: boolean;
  readonly export: boolean;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet train configs/smoke.yaml
  $ facenet train configs/nns2-faces.yaml --set data.train=faces --set duration.minutes=60
  $ facenet train runs/nns2-faces/config.yaml --resume
  $ mpirun -n 2 npx facenet train configs/smoke.yaml         (needs Open MPI; see libs/collective)

Stop with Ctrl-C: a checkpoint is written, and --resume goes on to the same numbers.
The run folder holds config.yaml, metrics.jsonl, TensorBoard events, checkpoints/, report.html and bundle/.
`;

export function registerTrain(program: Command): void {
  program.command('train')
    .description('Train a network on a folder with one folder of faces per identity.')
    .argument('<config>', 'the experiment, as YAML')
    .option('--set <key=value>', 'change one setting, such as batch.identities=40 (again for more)', collectOverride, [])
    .option('--resume', "go on from the run folder's newest checkpoint")
    .option('--strict', 'end at a broken image instead of leaving it out (data.strict)')
    .option('--no-export', 'do not write a bundle at the end')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action(runTrain);
}

async function runTrain(config: string, flags: TrainFlags): Promise<void> {
  const overrides = flags.strict ? [...flags.set, 'data.strict=true'] : flags.set;
  const experiment = loadExperiment(config, overrides);
  const { runExperiment } = await import('../training/run-experiment.ts');
  const speaks = launchedAs(process.env).rank === 0;
  const interrupt = speaks ? listenForInterrupt('stopping after this step') : ignoreInterrupts();
  const progress = speaks ? startProgress('train') : silentProgress;
  try {
    const result = await asRank((communicator) => runExperiment(experiment, {
      resume: flags.resume ?? false, exportBundle: flags.export, signal: interrupt.signal, progress, communicator,
    }));
    progress.stop();
    if (!speaks) process.exitCode = result.interrupted ? exitCodes.interrupted : exitCodes.ok;
    else if (result.interrupted) throw new InterruptedError(`stopped at step ${result.step}; go on with: ${resumeCommand(experiment)}`);
    else if (flags.json) printJson(result);
    else say(`done: ${result.step} steps in ${formatSeconds(60 * result.minutes)}; report: ${result.report}`);
  } finally {
    progress.stop();
    interrupt.dispose();
  }
}

function resumeCommand({ run }: Experiment): string {
  const { size } = launchedAs(process.env);
  return `${size > 1 ? `mpirun -n ${size} ` : ''}npx facenet train ${run}/config.yaml --resume`;
}

/** Gathers `--set a=b --set c=d`. */
export function collectOverride(value: string, previous: readonly string[]): string[] {
  if (!value.includes('=')) throw new UsageError(`--set ${value}: expected key=value`);
  return [...previous, value];
}
