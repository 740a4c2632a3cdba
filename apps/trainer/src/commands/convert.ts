import { Option, type Command } from 'commander';
import type { ReducedPrecision } from '@facenet/export';
import { UsageError } from '../cli/errors.ts';
import { parseCount, parseRate, parseSeed } from '../cli/options.ts';
import { printJson, say } from '../cli/output.ts';
import { startProgress } from '../cli/progress.ts';

interface ConvertFlags {
  readonly precision: ReducedPrecision;
  readonly out: string;
  readonly images?: string;
  readonly pairs?: string;
  readonly far?: number;
  readonly resamples: number;
  readonly seed: number;
  readonly name?: string;
  readonly keepThresholds?: boolean;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet convert models/nns2 --precision int8 --out models/nns2-int8 --images lfw
  $ facenet convert models/nns2 --precision int8 --out models/nns2-int8 --images lfw --pairs lfw/pairs.txt
  $ facenet convert models/nns2 --precision float16 --out models/nns2-half --keep-thresholds

float16 halves the file, int8 makes it a quarter: for a phone. Only the weights are stored in fewer bits; the network computes
with float32, as fast as before. The result is another model in the same space: its vectors are searched in galleries of the
float32 model and the other way around. It is only written when its embeddings of the golden pictures have a cosine of at least
0.9999 (float16) or 0.999 (int8) to those of float32.

With --images (ready crops, one folder per person, that the model was not trained on) both models are measured on them, alone and
across. Thresholds of the new model and of the two together, and the report on both, are kept in its bundle. It is not written
when more than a point of VAL is lost (of a VAL below 20 %, a twentieth of it), and more than chance can do on so few images.

Without them it has no thresholds, since none was measured, and pairs cannot be decided with it. --keep-thresholds takes over those
of the float32 model where none was measured; each says so, and so does every verdict by it.
`;

export function registerConvert(program: Command): void {
  program.command('convert')
    .description('Store the weights of an exported model in fewer bits.')
    .argument('<bundle>', 'the folder of a float32 model that was trained here')
    .addOption(new Option('--precision <precision>', 'how the weights are stored').choices(['float16', 'int8']).makeOptionMandatory())
    .requiredOption('--out <folder>', 'the folder of the new bundle')
    .option('--images <folder>', 'measure both models on these faces, one folder per person (default: nothing is measured)')
    .option('--pairs <file>', "also LFW's accuracy on these pairs of the images, in the format of its pairs.txt")
    .option('--far <rate>', 'the false-accept rate of VAL (default: 0.001, or the smallest that the pairs support)', parseRate)
    .option('--resamples <n>', 'resamples of the people for the intervals', parseCount(1), 1000)
    .option('--seed <n>', 'of the resamples', parseSeed, 1)
    .option('--name <name>', "what to call the model (default: the float32 model's name and the precision)")
    .option('--keep-thresholds', 'where none is measured, judge by the thresholds of the float32 model, and say so')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action(runConvert);
}

async function runConvert(bundle: string, { json, ...flags }: ConvertFlags): Promise<void> {
  const { convertModel } = await import('../model/convert-model.ts');
  const { describeConversion, conversionJson } = await import('../model/conversion-result.ts');
  if (flags.images === undefined && flags.pairs !== undefined) throw new UsageError('--pairs: names pairs of the images of --images DIR, which is missing');
  const progress = startProgress('convert');
  try {
    const converted = await convertModel(bundle, { ...flags, progress });
    progress.stop();
    if (json) printJson(conversionJson(flags.out, converted));
    else describeConversion(flags.out, converted).forEach(say);
  } finally {
    progress.stop();
  }
}
