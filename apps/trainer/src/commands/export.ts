import type { Command } from 'commander';
import { printJson, say } from '../cli/output.ts';
import { startProgress } from '../cli/progress.ts';

interface ExportFlags {
  readonly out: string;
  readonly name?: string;
  readonly images?: string;
  readonly measure: boolean;
  readonly licence?: string;
  readonly dataLicence?: string;
  readonly aligned?: boolean;
  readonly json?: boolean;
}

const help = `
Examples:
  $ facenet export runs/nns2-faces --out models/nns2
  $ facenet export runs/nns2-faces/checkpoints/step-00001000.safetensors --out models/nns2-1000
  $ facenet export runs/nns2-faces --out models/nns2 --images faces/others --licence MIT

The bundle is a folder with model.onnx, model.json and, where the images are at hand, training.bin: digests of what it
was trained on, by which evaluations refuse those images. It is only written when the ONNX model agrees with the
reference implementation to 1e-4. Thresholds are measured with the exported model on people it was not trained on.
How a photo becomes its input (detector, alignment, crop, normalisation) is part of the model's identity.
`;

export function registerExport(program: Command): void {
  program.command('export')
    .description('Write a trained network as an ONNX model with everything that its users must know.')
    .argument('<run>', 'a run folder (its best checkpoint is taken), or a checkpoint')
    .requiredOption('--out <folder>', 'the folder of the bundle')
    .option('--name <name>', "what to call the model (default: the network's name)")
    .option('--images <folder>', 'measure thresholds on these faces, one folder per person (default: those held out by the run)')
    .option('--no-measure', 'measure no thresholds; the bundle then cannot decide pairs')
    .option('--licence <text>', 'under which the weights may be used (default: as the config says)')
    .option('--data-licence <text>', 'of the images that the network was trained on (default: as the config says)')
    .option('--aligned', "the crops that it learned from are laid out as 'dataset align' does (default: as align.json beside them says)")
    .option('--json', 'print the result as JSON')
    .addHelpText('after', help)
    .action(runExport);
}

async function runExport(run: string, { measure, json, ...flags }: ExportFlags): Promise<void> {
  const { exportModel } = await import('../model/export-model.ts');
  const progress = startProgress('export');
  try {
    const { manifest } = await exportModel(run, {
      ...flags, ...(measure ? {} : { images: false as const }), progress,
    });
    progress.stop();
    const { name, modelId, spaceId, parity, thresholds, trainingList, onnx, preprocessing } = manifest;
    if (json) {
      printJson({ bundle: flags.out, name, modelId, spaceId, bytes: onnx.bytes, parity: parity.maxDifference, thresholds, trainingList: trainingList ?? 'unknown', photo: preprocessing['photo'] ?? 'unknown' });
      return;
    }
    say(`${flags.out}: ${name}, ${(onnx.bytes / 1e6).toFixed(1)} MB, at most ${parity.maxDifference.toExponential(1)} from the reference`);
    if (trainingList) say(`  digests of ${trainingList.trainedImages} images trained on and ${trainingList.heldOutImages} held out`);
    for (const { far, threshold, val, pairsDifferent } of thresholds) {
      say(`  FAR ${far}: threshold ${threshold.toFixed(4)}, VAL ${(100 * val).toFixed(1)} %, from ${pairsDifferent} pairs of different people`);
    }
  } finally {
    progress.stop();
  }
}
