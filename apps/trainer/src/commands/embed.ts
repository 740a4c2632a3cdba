import type { Command } from 'commander';
import { NoFaceError } from '../cli/errors.ts';
import { print, printJson, say } from '../cli/output.ts';
import { startProgress } from '../cli/progress.ts';
import type { FaceReader } from '../data/face-reader.ts';
import type { FaceModel } from '@facenet/model';

interface EmbedFlags {
  readonly model: string;
  readonly crop?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet embed anna.png party.jpg --model models/nns2 --json
  $ facenet embed crops/*.jpg --crop --model models/nns2 > embeddings.txt
  $ facenet embed lfw --crop --model models/nn4 --out nn4-lfw.jsonl

Faces are looked for in each photo, the largest first; with --crop each file is a ready crop of one face. The server's
/v1/embeddings gives the same. --json lists the faces of each file: box, landmarks, detectionScore, quality, embedding.
Without it: one line per face, the path and the numbers, separated by tabs; a photo without a face has none, and that is said.

--out writes a file that 'facenet recognize', 'facenet compare' and harmonic training read, with one vector per image, of a
photo that of its largest face: JSON Lines (.jsonl; says the space too), .csv, or NumPy (.npy, with a .txt of paths beside
it). A folder means all images in it, one folder per person, named relative to it.
`;

export function registerEmbed(program: Command): void {
  program.command('embed')
    .description('Print the embedding of each face.')
    .argument('<file...>', 'images; with --out also folders of them')
    .requiredOption('--model <bundle>', 'the folder of an exported model')
    .option('--crop', 'each file is a ready crop of one face (default: faces are looked for)')
    .option('--out <file>', 'write the embeddings into a .jsonl, .csv or .npy file')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runEmbed);
}

async function runEmbed(files: string[], { model: folder, crop, out, json }: EmbedFlags): Promise<void> {
  const { openFaceModel } = await import('@facenet/model');
  const { openFaces } = await import('../model/open-faces.ts');
  const model = await openFaceModel(folder);
  let reader: FaceReader | undefined;
  try {
    if (out !== undefined) await embedInto(out, model, files, crop, json);
    else {
      reader = openFaces([model], files.length, crop ? 'crops' : 'photos');
      await embedAndPrint(model, reader, files, json);
    }
  } finally {
    await reader?.dispose();
    await model.dispose();
  }
}

async function embedAndPrint(model: FaceModel, reader: FaceReader, files: readonly string[], json: boolean | undefined): Promise<void> {
  const { embedFaces } = await import('../model/embed-faces.ts');
  const { faceJson } = await import('../model/face-json.ts');
  const results = await embedFaces(model, reader, files);
  const empty = results.filter(({ faces }) => faces.length === 0).map(({ file }) => file);
  if (empty.length === files.length) throw new NoFaceError(files.length === 1 ? files[0]! : `all ${files.length} files, such as ${files[0]!}`);
  empty.forEach((file) => { say(`${file}: no face was found`); });
  if (json) {
    printJson(results.map(({ file, faces }) => ({ file, faces: faces.map((face) => ({ ...faceJson(face), embedding: [...face.embedding] })) })));
    return;
  }
  for (const { file, faces } of results) for (const { embedding } of faces) print([file, ...embedding].join('\t'));
}

async function embedInto(out: string, model: FaceModel, places: readonly string[], crop: boolean | undefined, json: boolean | undefined): Promise<void> {
  const { embedToFile } = await import('../embeddings-file/embed-to-file.ts');
  const progress = startProgress('embed');
  try {
    const { file, images, broken, withoutFace } = await embedToFile(model, places, out, crop ?? false, progress);
    progress.stop();
    if (json) printJson({ file, images, broken, withoutFace });
    else {
      const left = [
        ...(broken.length > 0 ? [`${broken.length} images could not be decoded`] : []),
        ...(withoutFace.length > 0 ? [`no face was found in ${withoutFace.length}`] : []),
      ];
      print(`${file}: ${images} embeddings${left.map((each) => `; ${each}`).join('')}`);
    }
  } finally {
    progress.stop();
  }
}
