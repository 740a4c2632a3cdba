import type { ModelSpec } from '@facenet/architecture';
import { modelInterface } from '../model-interface.ts';
import { type Dimension, isConstantName } from '../onnx/builder.ts';
import { readModelInterface, type ModelInterface, type ValueDescription } from '../onnx/read-interface.ts';
import { readStoredTensors, type StoredTensor } from '../onnx/read-weights.ts';
import { isReduced, reducedPrecisions, scaleDimsOf, scaleNameOf } from '../precision/stored-weight.ts';
import { BundleError } from './bundle-error.ts';
import { isCompatible } from './compatibility.ts';
import type { Bundle } from './create-bundle.ts';
import { checkDerivation, hasSpaceOfParent } from './derivation.ts';
import { sha256 } from './digest.ts';
import { readGolden } from './golden.ts';
import { modelIdOf, ownSpaceOf, ownSpacePrefix, specHashOf, wrappedModelIdOf } from './identity.ts';
import { parseManifest, type Manifest, type Precision, type Source, type Threshold, type TrainedSource, type WrappedSource } from './manifest.ts';
import { identityMetadata } from './metadata.ts';
import { describeValue, requireNetwork } from './network.ts';
import { parityTolerance } from './parity.ts';
import { parseTrainingList, trainingSections } from './training-list.ts';

export interface BundleFiles {
  /** `model.json` */
  readonly manifest: string;
  /** `model.onnx` */
  readonly onnx: Uint8Array<ArrayBuffer>;
  /** `training.bin`, where there is one. */
  readonly trainingList?: Uint8Array<ArrayBuffer> | undefined;
}

/** Reads the files of a bundle. A BundleError names what is wrong, or which two parts of it disagree. */
export async function readBundle({ manifest: json, onnx, trainingList }: BundleFiles): Promise<Bundle> {
  const manifest = inFile('model.json', () => parseManifest(json));
  await checkFile(manifest, onnx);
  const model = inFile('model.onnx', () => readModelInterface(onnx));
  await checkSource(manifest, manifest.source, model, onnx);
  agree('onnx.opset', manifest.onnx.opset, model.opset, 'model.onnx');
  checkManifest(manifest);
  await checkTrainingList(manifest, trainingList);
  return { manifest, onnx, ...(trainingList && { trainingList }) };
}

/** Fields of `model.json` that must follow from each other. */
function checkManifest(manifest: Manifest): void {
  const { embedding, parity, golden } = manifest;
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
  checkDerived(manifest);
  checkThresholds(manifest);
  manifest.compatibility.forEach((report, i) => {
    if (report.passes === isCompatible(report)) return;
    throw new BundleError(`model.json: compatibility[${i}].passes is ${report.passes}; by its cells it is not`);
  });
  checkSpace(manifest, manifest.source);
}

/** Fewer bits are always of another model, which says how near it is. */
function checkDerived({ derived, onnx: { precision } }: Manifest): void {
  const reduced = reducedPrecisions.find((each) => each === precision);
  if (derived === undefined && reduced === undefined) return;
  if (derived === undefined) throw new BundleError(`model.json: derived: missing; a model stored as ${precision} says which one it was made of`);
  if (reduced === undefined) throw new BundleError(`model.json: derived: expected none of a model stored ${precision === 'as given' ? precision : `as ${precision}`}`);
  inFile('model.json', () => { checkDerivation(derived, reduced); });
}

function checkThresholds({ modelId, thresholds, derived }: Manifest): void {
  const last = new Map<string, Threshold>();
  thresholds.forEach((each, i) => {
    const { queryModelId, galleryModelId, far, threshold, measuredWith } = each;
    if (measuredWith !== undefined) agree(`thresholds[${i}].measuredWith`, measuredWith, derived?.modelId ?? 'nothing', 'derived.modelId');
    if (queryModelId !== modelId && galleryModelId !== modelId) {
      throw new BundleError(`model.json: thresholds[${i}] are of the models ${queryModelId.slice(0, 8)} and ${galleryModelId.slice(0, 8)}; expected this model to be one of them`);
    }
    const pair = `${queryModelId} ${galleryModelId}`;
    const before = last.get(pair);
    if (before !== undefined && !(far > before.far && threshold >= before.threshold)) {
      throw new BundleError(`model.json: thresholds[${i}] (FAR ${far}, ${threshold}) does not follow FAR ${before.far}, ${before.threshold}`);
    }
    last.set(pair, each);
  });
}

/** A space is the model's own, that of the one it was made of, or one that a report gives it a right to; that of a wrapped model its user names. */
function checkSpace(manifest: Manifest, source: Source): void {
  const { modelId, spaceId, compatibility } = manifest;
  if (hasSpaceOfParent(manifest)) return;
  if (compatibility.some((report) => report.passes && report.gallerySpaceId === spaceId)) return;
  switch (source.kind) {
    case 'trained':
      agree('spaceId', spaceId, ownSpaceOf(modelId), 'modelId, without a passing report of compatibility for another space,');
      return;
    case 'wrapped':
      if (source.space.startsWith(ownSpacePrefix)) {
        throw new BundleError(`model.json: source.space is ${source.space}; '${ownSpacePrefix}…' is the space of a trained model, which needs a passing report of compatibility`);
      }
      agree('spaceId', spaceId, source.space, 'source.space, without a passing report of compatibility for another space,');
      return;
    default: source satisfies never;
  }
}

async function checkFile({ onnx }: Manifest, bytes: Uint8Array): Promise<void> {
  agree('onnx.bytes', onnx.bytes, bytes.length, 'model.onnx');
  agree('onnx.sha256', onnx.sha256, await sha256(bytes), 'model.onnx');
}

async function checkSource(manifest: Manifest, source: Source, model: ModelInterface, bytes: Uint8Array): Promise<void> {
  switch (source.kind) {
    case 'trained': return checkTrained(manifest, source, model, bytes);
    case 'wrapped': return checkWrapped(manifest, source, model);
    default: source satisfies never;
  }
}

async function checkTrained(manifest: Manifest, { spec, specHash }: TrainedSource, model: ModelInterface, bytes: Uint8Array): Promise<void> {
  const { modelId, preprocessing, inputSize, embedding, onnx } = manifest;
  agree('source.specHash', specHash, await specHashOf(spec), 'the spec');
  agree('inputSize', shown(inputSize), shown(spec.input), 'the spec');
  agree('embedding.size', embedding.size, spec.embedding, 'the spec');
  const tensors = readStoredTensors(bytes);
  checkPrecision(onnx.precision, tensors);
  for (const [key, value] of Object.entries(identityMetadata({ modelId, spec, preprocessing }))) {
    agree(key, value, model.metadata.get(key) ?? 'nothing', 'the metadata of model.onnx');
  }
  agree('modelId', modelId, await storedModelId(manifest, spec, tensors), 'network, weights and preprocessing together');
  const { input, output, batch } = modelInterface;
  checkValues('inputs', model.inputs, input, [batch, ...inputSize]);
  checkValues('outputs', model.outputs, output, [batch, embedding.size]);
}

/** What the weights in the file say, whatever the file says of itself. */
async function storedModelId(
  { preprocessing, onnx: { precision } }: Manifest, spec: ModelSpec, tensors: ReadonlyMap<string, StoredTensor>,
): Promise<string> {
  const weights = [...tensors].flatMap(([name, { bytes }]) => (isConstantName(name) ? [] : [[name, bytes] as const]));
  return modelIdOf({ spec, weights: new Map(weights), preprocessing, precision });
}

/** Weights are stored as the precision says, and what goes with them as float32. */
function checkPrecision(precision: Precision, tensors: ReadonlyMap<string, StoredTensor>): void {
  if (precision === 'as given') throw new BundleError(`model.json: onnx.precision is as given; a trained network has float32, ${reducedPrecisions.join(' or ')}`);
  for (const [name, { type, dims }] of tensors) {
    if (isConstantName(name)) continue;
    const expected = isReduced(dims) ? precision : 'float32';
    if (type !== expected) throw new BundleError(`model.json: onnx.precision is ${precision}; model.onnx stores '${name}' as ${type}, expected ${expected}`);
    if (type !== 'int8') continue;
    const scale = tensors.get(scaleNameOf(name));
    const [stored, needed] = [scale ? shown(scale.dims) : 'none', shown(scaleDimsOf(dims))];
    if (stored !== needed) throw new BundleError(`model.onnx: scale of '${name}' is ${stored}; expected ${needed}`);
  }
}

async function checkWrapped(manifest: Manifest, { network }: WrappedSource, model: ModelInterface): Promise<void> {
  const { modelId, preprocessing, inputSize, onnx } = manifest;
  agree('onnx.precision', onnx.precision, 'as given', 'a wrapped network');
  agree('modelId', modelId, await wrappedModelIdOf({ onnx: onnx.sha256, network, inputSize, preprocessing }), 'file, network and preprocessing together');
  inFile('model.onnx', () => { requireNetwork(model, network, manifest); });
}

async function checkTrainingList({ trainingList: described }: Manifest, bytes: Uint8Array | undefined): Promise<void> {
  if (described === undefined && bytes === undefined) return;
  if (bytes === undefined) throw new BundleError('training.bin: missing; model.json names it');
  if (described === undefined) throw new BundleError('training.bin: model.json does not name it');
  agree('trainingList.sha256', described.sha256, await sha256(bytes), 'training.bin');
  const { counts } = inFile('training.bin', () => parseTrainingList(bytes));
  for (const section of trainingSections) agree(`trainingList.${section}`, described[section], counts[section], 'training.bin');
}

function checkValues(what: string, values: readonly ValueDescription[], name: string, dims: readonly Dimension[]): void {
  const expected = describeValue({ name, type: 'float32', dims });
  const got = values.map(describeValue).join(', ');
  if (got !== expected) throw new BundleError(`model.onnx: ${what} are ${got}; by model.json expected ${expected}`);
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
