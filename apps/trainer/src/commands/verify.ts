import type { Command } from 'commander';
import { parseRate } from '../cli/options.ts';
import { print, printJson, say } from '../cli/output.ts';
import type { FaceReader } from '../data/face-reader.ts';
import type { FaceModel } from '@facenet/model';
import { takenOver } from '../model/taken-over.ts';

interface VerifyFlags {
  readonly model: string;
  readonly galleryModel?: string;
  readonly far: number;
  readonly crop?: boolean;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet verify a.jpg b.jpg --model models/nns2
  $ facenet verify a.jpg b.jpg --model models/nns2 --far 0.0001 --json
  $ facenet verify crop-a.jpg crop-b.jpg --crop --model models/nns2
  $ facenet verify phone.jpg enrolled.jpg --model models/nns2 --gallery-model models/nn4

Of several faces in a photo the largest is compared, and that is said. With --crop each file is a ready crop of one face.

The distance is squared Euclidean, from 0 to 4. It is a match below the model's threshold for the false-accept rate,
ambiguous below the threshold for ten times that rate, and unknown otherwise. With --gallery-model, b is seen by another
model of the same space, and the thresholds are those measured for the two models together.
`;

export function registerVerify(program: Command): void {
  program.command('verify')
    .description('Decide whether two faces are of one person.')
    .argument('<a>', 'an image').argument('<b>', 'another one')
    .requiredOption('--model <bundle>', 'the folder of an exported model')
    .option('--gallery-model <bundle>', 'the model that sees the second image (default: the same)')
    .option('--far <rate>', 'accept at most this share of pairs of different people', parseRate, 1e-3)
    .option('--crop', 'both files are ready crops of one face (default: faces are looked for)')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runVerify);
}

async function runVerify(a: string, b: string, { model: folder, galleryModel, far, crop, json }: VerifyFlags): Promise<void> {
  const { verifyFiles } = await import('../model/verify-files.ts');
  const { openFaces } = await import('../model/open-faces.ts');
  const { placeOf } = await import('../model/face-json.ts');
  const { openFaceModel } = await import('@facenet/model');
  const model = await openFaceModel(folder);
  let gallery: FaceModel | undefined;
  let reader: FaceReader | undefined;
  try {
    if (galleryModel !== undefined) gallery = await openFaceModel(galleryModel);
    reader = openFaces([model, ...(gallery ? [gallery] : [])], 2, crop ? 'crops' : 'photos');
    const verdict = await verifyFiles(model, a, b, { far, reader, gallery });
    for (const face of verdict.faces) {
      if (face.facesFound > 1) say(`${face.file}: ${face.facesFound} faces; the largest is compared, ${placeOf(face)}`);
    }
    if (json) {
      printJson(verdict);
      return;
    }
    const { decision, distance, threshold, ambiguousBelow, measured } = verdict;
    print(`${decision}: distance ${distance.toFixed(4)}; match below ${threshold.toFixed(4)}, ambiguous below ${ambiguousBelow.toFixed(4)} (FAR ${far}${takenOver(measured)})`);
  } finally {
    await reader?.dispose();
    await model.dispose();
    await gallery?.dispose();
  }
}
