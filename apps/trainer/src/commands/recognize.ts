import { InvalidArgumentError, type Command } from 'commander';
import { parseCount, parseRate } from '../cli/options.ts';
import { print, printJson } from '../cli/output.ts';
import { startProgress } from '../cli/progress.ts';
import { formatTable } from '../cli/table.ts';
import type { FaceModel } from '@facenet/model';
import type { FileRecognition } from '../recognize/recognize-files.ts';

interface RecognizeFlags {
  readonly gallery: string;
  readonly model: string;
  readonly galleryModel?: string;
  readonly k: number;
  readonly far: number;
  readonly gap?: number;
  readonly crop?: boolean;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet recognize who.jpg --crop --gallery people --model models/nn4
  $ facenet recognize *.jpg --crop --gallery people --model models/nn4 --far 0.0001 --json
  $ facenet recognize phone.jpg --crop --gallery nn4-people.jsonl --model models/nns2 --gallery-model models/nn4

The gallery is a folder of ready crops for each person, or a file of embeddings ('facenet embed --out') whose images are
named person/image. Of the --k closest faces those below the threshold vote for their person, and that person's own
closest face decides:
match      closer than the threshold of the false-accept rate --far, and everyone else at least --gap farther
ambiguous  up to the threshold for ten times that rate, or a second person within the gap; candidates are listed
unknown    farther from everyone
The rate is that of one comparison: a stranger is compared with every face of the gallery, so take a smaller one the
larger the gallery is. With --gallery-model the gallery's vectors come from another model of the same space, and the
thresholds are those measured for the two together.
`;

export function registerRecognize(program: Command): void {
  program.command('recognize')
    .description('Say who is on a picture, among known people.')
    .argument('<probe...>', 'images of one face each')
    .requiredOption('--gallery <place>', 'a folder with one of images for each person, or a file of embeddings')
    .requiredOption('--model <bundle>', 'the folder of an exported model')
    .option('--gallery-model <bundle>', "the model of the gallery's embeddings (default: the same)")
    .option('--k <n>', 'how many of the closest faces have a vote', parseCount(1), 5)
    .option('--far <rate>', 'accept at most this share of pairs of different people', parseRate, 1e-3)
    .option('--gap <distance>', 'how much farther than the match everyone else must be (default: a quarter of the threshold)', parseGap)
    .option('--crop', 'the images are ready crops of one face')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runRecognize);
}

async function runRecognize(probes: string[], flags: RecognizeFlags): Promise<void> {
  const { openFaceModel } = await import('@facenet/model');
  const { sayCropsOnly } = await import('../model/crops-only.ts');
  const { readGallery } = await import('../recognize/read-gallery.ts');
  const { recognizeFiles } = await import('../recognize/recognize-files.ts');
  sayCropsOnly(flags.crop);
  const progress = startProgress('recognize');
  const model = await openFaceModel(flags.model);
  let other: FaceModel | undefined;
  try {
    if (flags.galleryModel !== undefined) other = await openFaceModel(flags.galleryModel);
    const gallery = await readGallery(flags.gallery, { query: model.manifest, gallery: other ?? model, named: other !== undefined }, progress);
    const { k, far, gap } = flags;
    const known = { thresholds: [...model.manifest.thresholds, ...(other?.manifest.thresholds ?? [])] };
    const answers = await recognizeFiles(model, gallery, probes, { k, far, gap, known });
    progress.stop();
    if (flags.json) printJson(answers);
    else printAnswers(answers);
  } finally {
    progress.stop();
    await model.dispose();
    await other?.dispose();
  }
}

function printAnswers(answers: readonly FileRecognition[]): void {
  print(formatTable(
    ['file', 'decision', 'identity', 'distance', 'why'],
    answers.map(({ file, decision, identity, distance, reason, candidates }) => [
      file, decision, identity ?? '–', distance.toFixed(4),
      reason + (candidates.length > 0 ? `: ${candidates.map((each) => `${each.identity} (${each.distance.toFixed(4)})`).join(', ')}` : ''),
    ]),
    ['left', 'left', 'left', 'right', 'left'],
  ));
  const { threshold, ambiguousBelow, requiredGap, far } = answers[0]!;
  print(`match below ${threshold.toFixed(4)} with everyone else ${requiredGap.toFixed(4)} farther, ambiguous below ${ambiguousBelow.toFixed(4)} (FAR ${far})`);
}

function parseGap(text: string): number {
  const gap = Number(text);
  if (text.trim() !== '' && gap >= 0 && gap <= 4) return gap;
  throw new InvalidArgumentError('expected a squared distance from 0 to 4.');
}
