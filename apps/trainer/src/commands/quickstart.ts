import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { CliError } from '../cli/errors.ts';
import { listenForInterrupt } from '../cli/interrupt.ts';
import { print, printJson } from '../cli/output.ts';
import { formatSeconds } from '../cli/progress.ts';
import { formatTable } from '../cli/table.ts';
import type { QuickstartResult } from '../quickstart/quickstart.ts';
import { collectOverride } from './train.ts';

interface QuickstartFlags {
  readonly out: string;
  readonly config: string;
  readonly set: readonly string[];
  readonly json?: boolean;
}

/** What the README promises; less is a failure. */
const promisedAccuracy = 0.9;
const defaultConfig = fileURLToPath(new URL('../../../../configs/quickstart.yaml', import.meta.url));

const help = `
Examples:
  $ facenet quickstart
  $ facenet quickstart --set duration.steps=50 --out runs/try

Needs no download: the people do not exist. Run again, it goes on with what is in the folder.
Fails (exit code 1) when accuracy on people never seen is below ${100 * promisedAccuracy} %.
`;

export function registerQuickstart(program: Command): void {
  program.command('quickstart')
    .description('See it all in some minutes: synthesise people, train, evaluate on other people, export, verify.')
    .option('--out <folder>', 'where everything goes', 'runs/quickstart')
    .option('--config <file>', 'the experiment', defaultConfig)
    .option('--set <key=value>', 'change one setting of it (again for more)', collectOverride, [])
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action(quickstart);
}

async function quickstart({ out, config, set, json }: QuickstartFlags): Promise<void> {
  const { runQuickstart } = await import('../quickstart/quickstart.ts');
  const interrupt = listenForInterrupt('stopping as soon as possible');
  try {
    const result = await runQuickstart({ out, config, overrides: set, signal: interrupt.signal });
    if (json) printJson(result);
    else printResult(result);
    const accuracy = result.unseen.accuracy ?? 0;
    if (accuracy < promisedAccuracy) {
      throw new CliError(`accuracy on people never seen is ${percent(accuracy)}; expected at least ${percent(promisedAccuracy)}`);
    }
  } finally {
    interrupt.dispose();
  }
}

function printResult({ run, untrainedAccuracy, unseen, verdicts, seconds }: QuickstartResult): void {
  const total = Object.values(seconds).reduce((sum, value) => sum + value, 0);
  const verdict = ({ decision, distance, threshold }: QuickstartResult['verdicts']['same']): string => (
    `${decision} (distance ${distance.toFixed(3)}, match below ${threshold.toFixed(3)})`
  );
  print('');
  print(formatTable(['quick start', ''], [
    ['trained', `${run.step} steps in ${formatSeconds(60 * run.minutes)}`],
    ['untrained accuracy, people held out', untrainedAccuracy === null ? '–' : percent(untrainedAccuracy)],
    ['accuracy, people never seen', unseen.accuracy === undefined ? '–' : `${percent(unseen.accuracy)} ± ${percent(unseen.standardError ?? NaN)} on ${unseen.pairs} pairs`],
    [`VAL at FAR ${unseen.valAllPairs.far}`, unseen.valAllPairs.value === null ? '–' : percent(unseen.valAllPairs.value)],
    ['two pictures of one person', verdict(verdicts.same)],
    ['pictures of two people', verdict(verdicts.different)],
    ['model', run.bundle ?? '–'],
    ['whole time', formatSeconds(total)],
    ['report', run.report],
  ]));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
