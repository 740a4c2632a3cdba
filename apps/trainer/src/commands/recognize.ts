import { InvalidArgumentError, type Command } from 'commander';
import { parseCount, parseRate } from '../cli/options.ts';
import { print, printJson } from '../cli/output.ts';
import { startProgress } from '../cli/progress.ts';
import { formatTable } from '../cli/table.ts';
import type { FaceReader } from '../data/face-reader.ts';
import type { FaceModel } from '@facenet/model';
import { placeOf } from '../model/face-json.ts';
import { takenOver } from '../model/taken-over.ts';
import type { Recognition } from '../recognize/recognize-face.ts';
import type { FileRecognition } from '../recognize/recognize-files.ts';

interface RecognizeFlags {
  readonly gallery: string;
  readonly model: string;
  readonly galleryModel?: string;
  readonly k?: number;
  readonly far: number;
  readonly gap?: number;
  readonly crop?: boolean;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet recognize party.jpg --gallery people --model models/nn4
  $ facenet recognize crops/*.jpg --crop --gallery people --model models/nn4 --far 0.0001 --json
  $ facenet recognize phone.jpg --gallery nn4-people.jsonl --model models/nns2 --gallery-model models/nn4

Every face of a picture has an answer, the largest face first. The gallery is a folder of pictures for each person, with
one face each, or a file of embeddings ('facenet embed --out') whose images are named person/image. A ready crop is
known by its face, which lies where alignment puts it; --crop says that probes and gallery are such. The closest person is the answer; with --k, of so many closest faces those below the threshold
vote for their person. That person's own closest face decides, by the rule of the server's search:
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
    .argument('<probe...>', 'photos, or with --crop ready crops')
    .requiredOption('--gallery <place>', 'a folder with one of images for each person, or a file of embeddings')
    .requiredOption('--model <bundle>', 'the folder of an exported model')
    .option('--gallery-model <bundle>', "the model of the gallery's embeddings (default: the same)")
    .option('--k <n>', 'how many of the closest faces have a vote (default: 1)', parseCount(1))
    .option('--far <rate>', 'accept at most this share of pairs of different people', parseRate, 1e-3)
    .option('--gap <distance>', 'how much farther than the match everyone else must be (default: a quarter of the threshold)', parseGap)
    .option('--crop', 'probes and gallery are ready crops of one face (default: faces are looked for, and a ready crop is known by its face)')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runRecognize);
}

async function runRecognize(probes: string[], flags: RecognizeFlags): Promise<void> {
  const { openFaceModel } = await import('@facenet/model');
  const { openFaces } = await import('../model/open-faces.ts');
  const { readGallery } = await import('../recognize/read-gallery.ts');
  const { recognizeFiles } = await import('../recognize/recognize-files.ts');
  const progress = startProgress('recognize');
  const model = await openFaceModel(flags.model);
  let other: FaceModel | undefined;
  let reader: FaceReader | undefined;
  try {
    if (flags.galleryModel !== undefined) other = await openFaceModel(flags.galleryModel);
    reader = openFaces([model, ...(other ? [other] : [])], Infinity, flags.crop ? 'crops' : 'either');
    const gallery = await readGallery(flags.gallery, { query: model.manifest, gallery: other ?? model, named: other !== undefined }, reader, progress);
    const { k, far, gap } = flags;
    const known = { thresholds: [...model.manifest.thresholds, ...(other?.manifest.thresholds ?? [])] };
    const answers = await recognizeFiles(model, gallery, probes, { k, far, gap, known, reader });
    progress.stop();
    if (flags.json) printJson(answers);
    else printAnswers(answers);
  } finally {
    progress.stop();
    await reader?.dispose();
    await model.dispose();
    await other?.dispose();
  }
}

const words: Record<Recognition['reason'], string> = {
  close_enough: 'close enough',
  second_person_close: 'a second person is as close',
  between_thresholds: 'between the thresholds',
  too_far: 'too far from everyone',
  nobody_enrolled: 'nobody is in the gallery',
};

function printAnswers(answers: readonly FileRecognition[]): void {
  print(formatTable(
    ['file', 'decision', 'identity', 'distance', 'why'],
    answers.map(({ file, face, facesFound, decision, identity, distance, reason, candidates }) => [
      facesFound > 1 ? `${file} (${placeOf(face)})` : file, decision, identity ?? '–', distance.toFixed(4),
      words[reason] + (candidates.length > 0 ? `: ${candidates.map((each) => `${each.identity} (${each.distance.toFixed(4)})`).join(', ')}` : ''),
    ]),
    ['left', 'left', 'left', 'right', 'left'],
  ));
  const { threshold, ambiguousBelow, requiredGap, far, measured } = answers[0]!;
  print(`match below ${threshold.toFixed(4)} with everyone else ${requiredGap.toFixed(4)} farther, ambiguous below ${ambiguousBelow.toFixed(4)} (FAR ${far}${takenOver(measured)})`);
}

function parseGap(text: string): number {
  const gap = Number(text);
  if (text.trim() !== '' && gap >= 0 && gap <= 4) return gap;
  throw new InvalidArgumentError('expected a squared distance from 0 to 4.');
}
