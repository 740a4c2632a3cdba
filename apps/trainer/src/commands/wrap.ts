import { InvalidArgumentError, Option, type Command } from 'commander';
import type { PerChannel } from '@facenet/face';
import { UsageError } from '../cli/errors.ts';
import { printJson, say } from '../cli/output.ts';
import { startProgress } from '../cli/progress.ts';

interface WrapFlags {
  readonly input: readonly [3, number, number];
  readonly mean: PerChannel;
  readonly std: PerChannel;
  readonly order: 'rgb' | 'bgr';
  readonly layout?: 'nchw' | 'nhwc';
  readonly crop: number;
  readonly aligned?: boolean;
  readonly output?: string;
  readonly space: string;
  readonly out: string;
  readonly name?: string;
  readonly licence?: string;
  readonly trainingList?: string;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet wrap w600k_mbf.onnx --input 3x112x112 --mean 127.5 --std 127.5 --crop 0.82353 --aligned --space arcface --out models/arcface
  $ facenet wrap vggface.onnx --input 3x224x224 --order bgr --mean 91.4953,103.8827,131.0912 --std 1 --space vgg --out models/vgg
  $ facenet wrap facenet.onnx --input 3x160x160 --layout nhwc --mean 127.5 --std 128 --crop 0.85 --space keras --out models/keras

The bundle can be used wherever one can: --model, harmonic training, compare. The file is taken as it is, and run to see
that it embeds pictures. The network sees (value - mean) / std of values from 0 to 255: for one that expects values from
-1 to 1 that is mean 127.5, std 127.5; from 0 to 1, mean 0, std 255. Means of channels are in the order of --order.
--aligned: it was trained on faces whose eyes, nose and mouth lie on the usual five points. Crops of 'dataset align' and of
photos are 136×136, the usual 112 and a margin of 12: a network for the 112 sees --crop 0.82353 (112/136) of them.
`;

export function registerWrap(program: Command): void {
  program.command('wrap')
    .description('Make a bundle of an ONNX network from elsewhere.')
    .argument('<network>', 'an .onnx file with its weights inside')
    .requiredOption('--input <size>', 'what the network sees: 3xROWSxCOLS', parseSize)
    .requiredOption('--mean <number>', 'taken from each value; one, or one per channel', parseNumbers)
    .requiredOption('--std <number>', 'each value is divided by; one, or one per channel', parseNumbers)
    .addOption(new Option('--order <order>', "of the network's channels").choices(['rgb', 'bgr']).default('rgb'))
    .addOption(new Option('--layout <layout>', 'of its input (default: by its sizes)').choices(['nchw', 'nhwc']))
    .option('--crop <share>', 'the centred part of a ready crop that the network sees', parseShare, 1)
    .option('--aligned', "it takes crops as 'dataset align' makes them, so photos can be given to it (default: not known)")
    .option('--output <name>', 'the output with the embedding, where there are several')
    .requiredOption('--space <name>', 'what to call the space of its embeddings; models of one space can be compared')
    .requiredOption('--out <folder>', 'the folder of the bundle')
    .option('--name <name>', "what to call the model (default: the file's name)")
    .option('--licence <text>', 'under which the weights may be used (default: not stated)')
    .option('--training-list <place>', 'what it was trained on: faces as train takes them, or a bundle with a list (default: not known)')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action(runWrap);
}

async function runWrap(file: string, { input: inputSize, order: color, mean, std, json, ...flags }: WrapFlags): Promise<void> {
  const { wrapModel } = await import('../model/wrap-model.ts');
  requireByteScale(mean, std);
  const progress = startProgress('wrap');
  try {
    const { manifest } = await wrapModel(file, { ...flags, inputSize, preprocessing: { color, mean, std }, progress });
    progress.stop();
    const { name, modelId, spaceId, embedding, source, trainingList, onnx } = manifest;
    if (source.kind !== 'wrapped') throw new Error('internal: a wrapped network whose source is another');
    const { network } = source;
    if (json) {
      printJson({ bundle: flags.out, name, modelId, spaceId, bytes: onnx.bytes, embedding: embedding.size, network, trainingList: trainingList ?? 'unknown' });
      return;
    }
    const unit = network.normalized ? 'of unit length' : 'normalised by whoever runs it';
    say(`${flags.out}: ${name}, ${(onnx.bytes / 1e6).toFixed(1)} MB, ${network.input} [${network.layout}] → ${network.output}, ${embedding.size} numbers ${unit}`);
    if (!trainingList) say('  what it was trained on is not known, so no evaluation can check that its images are new to it (--training-list)');
  } finally {
    progress.stop();
  }
}

/** A network described as taking 0 to 1, with its mean and deviation in those units, is the usual mistake. */
function requireByteScale(mean: PerChannel, std: PerChannel): void {
  const smallest = Math.min(...[std].flat());
  if (smallest >= 1) return;
  const scaled = (value: PerChannel): string => [value].flat().map((each) => Number((255 * each).toPrecision(6))).join(',');
  throw new UsageError(`--std ${[std].flat().join(',')}: expected at least 1, since values are from 0 to 255; of a network for values from 0 to 1, --mean ${scaled(mean)} --std ${scaled(std)}`);
}

function parseSize(text: string): readonly [3, number, number] {
  const [, rows, cols] = /^3x(\d+)x(\d+)$/.exec(text)?.map(Number) ?? [];
  if (rows! >= 1 && cols! >= 1) return [3, rows!, cols!];
  throw new InvalidArgumentError('expected channels, rows and columns, such as 3x112x112.');
}

function parseNumbers(text: string): PerChannel {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [first, second, third] = numbers;
  if (numbers.every(Number.isFinite)) {
    if (numbers.length === 1) return first!;
    if (numbers.length === 3) return [first!, second!, third!];
  }
  throw new InvalidArgumentError('expected one number, or three such as 103.5,116.3,123.7.');
}

function parseShare(text: string): number {
  const share = Number(text);
  if (share > 0 && share <= 2) return share;
  throw new InvalidArgumentError('expected a number above 0 and up to 2, such as 0.85.');
}
