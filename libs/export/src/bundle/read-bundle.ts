import { modelInterface } from '../model-interface.ts';
import type { Dimension } from '../onnx/builder.ts';
import { readModelInterface, type ModelInterface, type ValueDescription } from '../onnx/read-interface.ts';
import { BundleError } from './bundle-error.ts';
import type { Bundle } from './create-bundle.ts';
import { sha256 } from './digest.ts';
import { readGolden } from './golden.ts';
import { specHashOf } from './identity.ts';
import { parseManifest, type Manifest } from './manifest.ts';
import { identityMetadata } from './metadata.ts';
import { parityTolerance } from './parity.ts';

/** Reads the two files of a bundle. A BundleError names what is wrong, or which two parts of it disagree. */
export async function readBundle(
  { manifest: json, onnx }: { readonly manifest: string; readonly onnx: Uint8Array<ArrayBuffer> },
): Promise<Bundle> {
  const manifest = inFile('model.json', () => parseManifest(json));
  await checkManifest(manifest);
  await checkFile(manifest, onnx);
  const model = inFile('model.onnx', () => readModelInterface(onnx));
  checkIdentity(manifest, model);
  checkInterface(manifest, model);
  return { manifest, onnx };
}

/** Fields of `model.json` that must follow from each other. */
async function checkManifest({ spec, specHash, inputSize, embedding, parity, golden, thresholds }: Manifest): Promise<void> {
  agree('specHash', specHash, await specHashOf(spec), 'the spec');
  agree('inputSize', shown(inputSize), shown(spec.input), 'the spec');
  agree('embedding.size', embedding.size, spec.embedding, 'the spec');
  for (const vector of golden) {
    inFile('model.json', () => readGolden(vector));
    agree(`golden '${vector.name}'`, `${vector.embedding.length} numbers`, `${embedding.size} numbers`, 'embedding.size');
  }
  const worst = Math.max(...parity.inputs.map(({ difference }) => difference));
  agree('parity.maxDifference', parity.maxDifference, worst, 'its inputs');
  if (!(parity.maxDifference <= parityTolerance)) {
    throw new BundleError(
      `model.json: parity.maxDifference is ${parity.maxDifference}; expected at most ${parityTolerance} from the reference`,
    );
  }
  thresholds.slice(1).forEach(({ far, threshold }, i) => {
    const before = thresholds[i]!;
    if (far > before.far && threshold >= before.threshold) return;
    throw new BundleError(`model.json: thresholds[${i + 1}] (FAR ${far}, ${threshold}) does not follow FAR ${before.far}, ${before.threshold}`);
  });
}

async function checkFile({ onnx }: Manifest, bytes: Uint8Array): Promise<void> {
  agree('onnx.bytes', onnx.bytes, bytes.length, 'model.onnx');
  agree('onnx.sha256', onnx.sha256, await sha256(bytes), 'model.onnx');
}

function checkIdentity(manifest: Manifest, model: ModelInterface): void {
  for (const [key, value] of Object.entries(identityMetadata(manifest))) {
    agree(key, value, model.metadata.get(key) ?? 'nothing', 'the metadata of model.onnx');
  }
  agree('onnx.opset', manifest.onnx.opset, model.opset, 'model.onnx');
}

function checkInterface({ inputSize, embedding }: Manifest, { inputs, outputs }: ModelInterface): void {
  const { input, output, batch } = modelInterface;
  checkValues('inputs', inputs, input, [batch, ...inputSize]);
  checkValues('outputs', outputs, output, [batch, embedding.size]);
}

function checkValues(what: string, values: readonly ValueDescription[], name: string, dims: readonly Dimension[]): void {
  const expected = describe({ name, type: 'float32', dims });
  const got = values.map(describe).join(', ');
  if (got !== expected) throw new BundleError(`model.onnx: ${what} are ${got}; by model.json expected ${expected}`);
}

function describe({ name, type, dims }: ValueDescription): string {
  return `${name}: ${type} ${shown(dims)}`;
}

function agree(field: string, value: string | number, expected: string | number, source: string): void {
  if (value === expected) return;
  throw new BundleError(`model.json: ${field} is ${shortened(value)}; ${source} has ${shortened(expected)}`);
}

function shown(dims: readonly Dimension[]): string {
  return `[${dims.join(', ')}]`;
}

function shortened(value: string | number): string {
  const text = String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Adds the file to the errors of those who read only its content. */
function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new BundleError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
