import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { describeError, exitCodeOf, exitCodes, isVerbose } from './cli/errors.ts';
import { say } from './cli/output.ts';
import { registerBaseline } from './commands/baseline.ts';
import { registerBench } from './commands/bench.ts';
import { registerCluster } from './commands/cluster.ts';
import { registerCompare } from './commands/compare.ts';
import { registerConvert } from './commands/convert.ts';
import { registerDatasetAlign } from './commands/dataset-align.ts';
import { registerDatasetInspect } from './commands/dataset-inspect.ts';
import { registerDatasetLfw } from './commands/dataset-lfw.ts';
import { registerDatasetPairs } from './commands/dataset-pairs.ts';
import { registerDatasetSynth } from './commands/dataset-synth.ts';
import { registerEmbed } from './commands/embed.ts';
import { registerEvaluate } from './commands/evaluate.ts';
import { registerExport } from './commands/export.ts';
import { registerLrRange } from './commands/lr-range.ts';
import { registerModels } from './commands/models.ts';
import { registerQuickstart } from './commands/quickstart.ts';
import { registerSweep } from './commands/sweep.ts';
import { registerRecognize } from './commands/recognize.ts';
import { registerTrain } from './commands/train.ts';
import { registerVerify } from './commands/verify.ts';
import { registerWrap } from './commands/wrap.ts';

const exitCodeHelp = `
Exit codes:
  0    done
  1    failed (a gate not met, a broken file, the network diverged)
  2    the command line, the config or the data is wrong
  130  interrupted; a training run says how to go on
`;

/** Commands of another program behind the same name, for `--help`: their name and what they do. */
export type OtherCommands = Readonly<Record<string, string>>;

function createProgram(others: OtherCommands): Command {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  const program = new Command('facenet')
    .description('Train, evaluate and export networks that tell faces apart.')
    .version(manifest.version)
    .option('--verbose', 'say more, and show the stack of an error (also FACENET_DEBUG=1)')
    .addHelpText('after', `${otherHelp(others)}${exitCodeHelp}`)
    .showSuggestionAfterError();
  registerQuickstart(program);
  registerModels(program);
  registerTrain(program);
  registerLrRange(program);
  registerExport(program);
  registerConvert(program);
  registerWrap(program);
  registerEmbed(program);
  registerVerify(program);
  registerCluster(program);
  registerRecognize(program);
  registerEvaluate(program);
  registerSweep(program);
  registerBaseline(program);
  registerCompare(program);
  registerBench(program);
  const dataset = program.command('dataset').description('Make, check and lay out folders of faces.');
  registerDatasetSynth(dataset);
  registerDatasetAlign(dataset);
  registerDatasetInspect(dataset);
  registerDatasetLfw(dataset);
  registerDatasetPairs(dataset);
  throwInsteadOfExit(program);
  return program;
}

function otherHelp(others: OtherCommands): string {
  const rows = Object.entries(others).map(([name, what]) => `  ${name.padEnd(23)}${what}\n`);
  return rows.length === 0 ? '' : `\nThe server:\n${rows.join('')}`;
}

/** Commander would end the process from inside; we want one place that decides the exit code. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  command.commands.forEach(throwInsteadOfExit);
}

/** Runs one command line and returns its exit code. */
export async function main(args: readonly string[], others: OtherCommands = {}): Promise<number> {
  const verbose = isVerbose(args);
  try {
    await createProgram(others).parseAsync(args.filter((argument) => argument !== '--verbose'), { from: 'user' });
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    // Commander has already printed its own message; help and version arrive here with code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    say(`facenet: ${describeError(error, verbose)}`);
    return exitCodeOf(error);
  }
}
