import { Option, type Command } from 'commander';
import type { Manifest, ReducedPrecision } from '@facenet/export';
import { printJson, say } from '../cli/output.ts';
import { startProgress } from '../cli/progress.ts';

interface ExportFlags {
  readonly out: string;
  readonly precision: 'float32' | ReducedPrecision;
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
  $ facenet export runs/nns2-faces --out models/nns2-int8 --precision int8

The bundle is a folder with model.onnx, model.json and, where the images are at hand, training.bin: digests of what it
was trained on, by which evaluations refuse those images. It is only written when the ONNX model agrees with the
reference implementation to 1e-4. Thresholds are measured with the exported model on people it was not trained on.
How a photo becomes its input (detector, alignment, crop, normalisation) is part of the model's identity.

--precision float16 or int8 stores the weights in fewer bits: the model that 'facenet convert' makes of the float32 one, in that
one's space and measured beside it. The float32 bundle is not kept; exported again, the same weights give the same one.
`;

export function registerExport(program: Command): void {
  program.command('export')
    .description('Write a trained network as an ONNX model with everything that its users must know.')
    .argument('<run>', 'a run folder (its best checkpoint is taken), or a checkpoint')
    .requiredOption('--out <folder>', 'the folder of the bundle')
    .addOption(new Option('--precision <precision>', 'how the weights are stored').choices(['float32', 'float16', 'int8']).default('float32'))
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

async function runExport(run: string, { measure, json, precision, ...flags }: ExportFlags): Promise<void> {
  const progress = startProgress('export');
  const options = { ...flags, ...(measure ? {} : { images: false as const }), progress };
  try {
    if (precision === 'float32') {
      const { manifest } = await (await import('../model/export-model.ts')).exportModel(run, options);
      progress.stop();
      printExported(flags.out, manifest, json);
      return;
    }
    const converted = await (await import('../model/export-model.ts')).exportConverted(run, { ...options, precision });
    const { conversionJson, describeConversion } = await import('../model/conversion-result.ts');
    progress.stop();
    if (json) printJson({ ...conversionJson(flags.out, converted), ...originOf(converted.bundle.manifest) });
    else describeConversion(flags.out, converted).forEach(say);
  } finally {
    progress.stop();
  }
}

function printExported(out: string, manifest: Manifest, json: boolean | undefined): void {
  const { name, modelId, spaceId, parity, thresholds, trainingList, onnx } = manifest;
  if (json) {
    printJson({ bundle: out, name, modelId, spaceId, bytes: onnx.bytes, parity: parity.maxDifference, thresholds, ...originOf(manifest) });
    return;
  }
  say(`${out}: ${name}, ${(onnx.bytes / 1e6).toFixed(1)} MB, at most ${parity.maxDifference.toExponential(1)} from the reference`);
  if (trainingList) say(`  digests of ${trainingList.trainedImages} images trained on and ${trainingList.heldOutImages} held out`);
  for (const { far, threshold, val, pairsDifferent } of thresholds) {
    say(`  FAR ${far}: threshold ${threshold.toFixed(4)}, VAL ${(100 * val).toFixed(1)} %, from ${pairsDifferent} pairs of different people`);
  }
}

function originOf({ trainingList, preprocessing }: Manifest): Record<string, unknown> {
  return { trainingList: trainingList ?? 'unknown', photo: preprocessing['photo'] ?? 'unknown' };
}
