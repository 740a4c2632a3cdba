import type { Command } from 'commander';
import { print, printJson } from '../cli/output.ts';

interface EmbedFlags {
  readonly model: string;
  readonly crop?: boolean;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet embed anna.png ben.jpg --crop --model models/nns2 --json
  $ facenet embed faces/*.jpg --crop --model models/nns2 > embeddings.txt

Without --json: one line per file, its path and the numbers, separated by tabs.
`;

export function registerEmbed(program: Command): void {
  program.command('embed')
    .description('Print the embedding of each face.')
    .argument('<file...>', 'images')
    .requiredOption('--model <bundle>', 'the folder of an exported model')
    .option('--crop', 'each file is a ready crop of one face')
    .option('--json', 'print JSON')
    .addHelpText('after', help)
    .action(runEmbed);
}

async function runEmbed(files: string[], { model: folder, crop, json }: EmbedFlags): Promise<void> {
  const { embedFiles, openFaceModel } = await import('../model/face-model.ts');
  const { sayCropsOnly } = await import('../model/crops-only.ts');
  sayCropsOnly(crop);
  const model = await openFaceModel(folder);
  try {
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
