import type { Command } from 'commander';
import { print, printJson } from '../cli/output.ts';
import { startProgress } from '../cli/progress.ts';
import type { FaceModel } from '@facenet/model';

interface EmbedFlags {
  readonly model: string;
  readonly crop?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet embed anna.png ben.jpg --crop --model models/nns2 --json
  $ facenet embed faces/*.jpg --crop --model models/nns2 > embeddings.txt
  $ facenet embed lfw --crop --model models/nn4 --out nn4-lfw.jsonl

Without --json: one line per file, its path and the numbers, separated by tabs.
--out writes a file that 'facenet compare' and harmonic training read: JSON Lines (.jsonl; says the space too), .csv, or
NumPy (.npy, with a .txt of paths beside it). A folder means all images in it, one folder per person, named relative to it.
`;

export function registerEmbed(program: Command): void {
  program.command('embed')
    .description('Print the embedding of each face.')
    .argument('<file...>', 'images; with --out also folders of them')
    .requiredOption('--model <bundle>', 'the folder of an exported model')
    .option('--crop', 'each file is a ready crop of one face')
    .option('--out <file>', 'write the embeddings into a .jsonl, .csv or .npy file')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runEmbed);
}

async function runEmbed(files: string[], { model: folder, crop, out, json }: EmbedFlags): Promise<void> {
  const { openFaceModel } = await import('@facenet/model');
  const { embedFiles } = await import('../model/embed-files.ts');
  const { sayCropsOnly } = await import('../model/crops-only.ts');
  sayCropsOnly(crop);
  const model = await openFaceModel(folder);
  try {
    if (out !== undefined) {
      await embedInto(out, model, files, json);
      return;
    }
    const { embeddings } = await embedFiles(model, files);
    const rows = files.map((file, i) => ({
      file, embedding: Array.from(embeddings.subarray(i * model.embedding, (i + 1) * model.embedding)),
    }));
    if (json) printJson(rows.map(({ file, embedding }) => ({ file, faces: [{ box: null, embedding }] })));
    else for (const { file, embedding } of rows) print([file, ...embedding].join('\t'));
  } finally {
    await model.dispose();
  }
}

async function embedInto(out: string, model: FaceModel, places: readonly string[], json: boolean | undefined): Promise<void> {
  const { embedToFile } = await import('../embeddings-file/embed-to-file.ts');
  const progress = startProgress('embed');
  try {
    const { file, images, broken } = await embedToFile(model, places, out, progress);
    progress.stop();
    if (json) printJson({ file, images, broken });
    else print(`${file}: ${images} embeddings${broken.length > 0 ? `; ${broken.length} images could not be decoded` : ''}`);
  } finally {
    progress.stop();
  }
}
