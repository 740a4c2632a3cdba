import { Option, type Command } from 'commander';
import type { PairFeatures } from '../baselines/pair-features.ts';
import { parsePositive, parseRate, parseSeed } from '../cli/options.ts';
import { print, printJson } from '../cli/output.ts';
import { startProgress } from '../cli/progress.ts';
import { formatTable } from '../cli/table.ts';

interface SvmFlags {
  readonly models: readonly string[];
  readonly train: string;
  readonly trainPairs?: string;
  readonly images: string;
  readonly pairs?: string;
  readonly features: PairFeatures;
  readonly c?: number;
  readonly far: number;
  readonly seed: number;
  readonly flip?: boolean;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet baseline svm --models runs/nns2/bundle runs/nn4/bundle --train faces --images lfw --pairs lfw/pairs.txt
  $ facenet baseline svm --models runs/nns2/bundle --train lfw --train-pairs lfw/pairsDevTrain.txt --images lfw --pairs lfw/pairsDevTest.txt --json

The embeddings of all models are laid side by side. A linear support vector machine learns from pairs of one person and of
two, by these features of each dimension:
difference  |a − b|
product     a · b
both        one after the other
Whoever it learned from is left out of what is measured. The figures are those of 'evaluate'.
`;

export function registerBaseline(program: Command): void {
  const baseline = program.command('baseline').description('What other recipes reach, to compare with.');
  baseline.command('svm')
    .description('Several networks\' features side by side, and a linear support vector machine that decides about pairs.')
    .requiredOption('--models <bundle...>', 'folders of exported models')
    .requiredOption('--train <dir>', 'ready crops of people to learn from, one folder per person')
    .option('--train-pairs <file>', 'their pairs (default: up to 6,000 drawn from the images)')
    .requiredOption('--images <dir>', 'ready crops to measure on, one folder per person')
    .option('--pairs <file>', "pairs in the format of LFW's pairs.txt (default: drawn from the images)")
    .addOption(new Option('--features <kind>', 'what the machine is told of a pair').choices(['difference', 'product', 'both']).default('difference'))
    .option('--c <price>', 'price of an error (default: the best in cross-validation)', parsePositive)
    .option('--far <rate>', 'the false accept rate of VAL', parseRate, 1e-3)
    .option('--seed <n>', 'of what is drawn', parseSeed, 1)
    .option('--flip', 'add the embeddings of each image and its mirror')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runSvm);
}

async function runSvm(flags: SvmFlags): Promise<void> {
  const { runSvmBaseline } = await import('../baselines/svm-baseline.ts');
  const { readImageSet } = await import('../evaluate/image-set.ts');
  const { figureRows } = await import('../evaluate/figure-rows.ts');
  const { models, train, trainPairs, pairs, features, c, far, seed, flip = false } = flags;
  const progress = startProgress('svm');
  try {
    const { machine, trainedOn, summary, accuracyAtOwnThreshold } = await runSvmBaseline({
      models, train, trainPairs, images: readImageSet(flags.images), pairs, features, c, far, seed, flip, progress,
    });
    progress.stop();
    const svm = { models, features, c: machine.c, ...trainedOn, supportVectors: machine.supportVectors, accuracyAtOwnThreshold };
    if (flags.json) {
      printJson({ ...summary, svm });
      return;
    }
    print(formatTable(['figure', 'value'], [
      ...figureRows(summary),
      ['learned from', `${trainedOn.pairs.toLocaleString('en')} pairs of ${trainedOn.people.toLocaleString('en')} people`],
      ['machine', `${machine.weights.length.toLocaleString('en')} features (${features}), C ${machine.c}, ${machine.supportVectors.toLocaleString('en')} support vectors`],
      ...(accuracyAtOwnThreshold === null ? [] : [['accuracy at its own threshold', `${(100 * accuracyAtOwnThreshold).toFixed(2)} %`]]),
    ]));
  } finally {
    progress.stop();
  }
}
