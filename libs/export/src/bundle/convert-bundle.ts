import type { ModelSpec } from '@facenet/architecture';
import { encodeInferenceModel, foldedGraph } from '../inference-model.ts';
import { isConstantName } from '../onnx/builder.ts';
import { readModelInterface } from '../onnx/read-interface.ts';
import { readStoredTensors, type StoredTensor } from '../onnx/read-weights.ts';
import { bytesOf } from '../onnx/tensor.ts';
import { isReduced, type ReducedPrecision, restoreWeight, scaleNameOf, type StoredWeight, storeWeight } from '../precision/stored-weight.ts';
import { BundleError } from './bundle-error.ts';
import type { Bundle, BundleTools } from './create-bundle.ts';
import { cosineReport, leastCosine, requireCosine } from './derivation.ts';
import { sha256 } from './digest.ts';
import { readGolden, writeGolden } from './golden.ts';
import { modelIdOf, ownSpaceOf } from './identity.ts';
import type { CosineReport, Derivation, Manifest } from './manifest.ts';
import { identityMetadata } from './metadata.ts';
import { type GoldenInput, measureParity, referenceEmbeddings, requireParity } from './parity.ts';
import { withRunner } from './with-runner.ts';

export interface ConvertOptions {
  readonly precision: ReducedPrecision;
  /** That of the float32 model and the precision unless told. */
  readonly name?: string | undefined;
}

/**
 * A trained float32 model with its weights stored in fewer bits: another model, in the same space. It computes with float32.
 * Throws a ParityError, and gives nothing, when the ONNX file is further than 1e-4 from the float64 reference with the weights
 * as stored, or when those lead too far from float32: to a cosine below 0.9999 (float16) or 0.999 (int8) on any golden picture.
 * The bundle has no thresholds and no figures, since none was measured with it.
 */
export async function convertBundle(
  { manifest: parent, onnx: parentOnnx, trainingList }: Bundle, { precision, name = `${parent.name}-${precision}` }: ConvertOptions,
  tools: Pick<BundleTools, 'toInput' | 'openModel' | 'onProgress'>,
): Promise<Bundle> {
  const spec = requireConvertible(parent);
  const { preprocessing } = parent;
  tools.onProgress?.(`storing the weights as ${precision}`);
  const { weights, stored, parts } = reduceWeights(readStoredTensors(parentOnnx), precision);
  const modelId = await modelIdOf({ spec, weights: parts, preprocessing, precision });
  const onnx = encodeInferenceModel({ graph: foldedGraph(spec), weights }, { name, metadata: identityMetadata({ modelId, spec, preprocessing }), stored });

  const pictures = parent.golden.map(readGolden);
  const inputs = pictures.map((picture): GoldenInput => ({ name: picture.name, image: tools.toInput(picture) }));
  const reference = referenceEmbeddings(foldedGraph(spec, 1), weights, inputs, (input) => {
    tools.onProgress?.(`computing the reference embedding of '${input}'`);
  });
  const cosines = cosineReport(inputs.map((input) => input.name), reference, parent.golden.map(({ embedding }) => embedding), leastCosine[precision]);
  requireCosine(cosines, precision);
  tools.onProgress?.('comparing the ONNX model with the reference');
  const parity = await withRunner(tools, onnx, (runner) => measureParity(runner, inputs, reference));
  requireParity(parity);

  const manifest: Manifest = {
    ...parent, name, modelId, parity,
    onnx: { file: 'model.onnx', sha256: await sha256(onnx), bytes: onnx.length, opset: readModelInterface(onnx).opset, precision },
    derived: derivationOf(parent, cosines),
    thresholds: [], compatibility: [], evaluation: [],
    golden: pictures.map((picture, i) => writeGolden(picture, reference[i]!)),
  };
  return { manifest, onnx, ...(trainingList && { trainingList }) };
}

/**
 * The thresholds of the float32 model where none was measured with the one that was made of it, each saying so: of its own
 * pairs for this model alone and for the two together, and of its pairs with others for this model's with them.
 */
export function withThresholdsOfParent(manifest: Manifest, parent: Manifest): Manifest {
  const { modelId } = manifest;
  if (manifest.derived?.modelId !== parent.modelId) {
    throw new BundleError(`${manifest.name} was not made of ${parent.name}, so the thresholds of that one say nothing about it`);
  }
  const known = new Set(manifest.thresholds.map(({ queryModelId, galleryModelId }) => `${queryModelId} ${galleryModelId}`));
  const taken = parent.thresholds.flatMap((each) => {
    const here = (id: string): string => (id === parent.modelId ? modelId : id);
    const measured = { ...each, measuredWith: each.measuredWith ?? parent.modelId };
    const alike = { ...measured, queryModelId: here(each.queryModelId), galleryModelId: here(each.galleryModelId) };
    const alone = each.queryModelId === each.galleryModelId;
    return alone ? [alike, { ...measured, queryModelId: modelId }] : [alike];
  }).filter(({ queryModelId, galleryModelId }) => !known.has(`${queryModelId} ${galleryModelId}`));
  return { ...manifest, thresholds: [...manifest.thresholds, ...taken] };
}

/** The spec of a model that can be converted; a BundleError says why another one cannot. */
function requireConvertible({ name, source, onnx: { precision } }: Manifest): ModelSpec {
  if (source.kind === 'wrapped') {
    throw new BundleError(`${name} is a network from elsewhere, known as a file only; expected a model trained here, whose weights and reference are known`);
  }
  if (precision !== 'float32') {
    throw new BundleError(`${name} is stored as ${precision} already; expected the float32 model that it was made of, since bits that are gone do not come back`);
  }
  return source.spec;
}

interface ReducedWeights {
  /** What the network computes with. */
  readonly weights: Map<string, Float32Array>;
  /** Those of them that are stored in fewer bits. */
  readonly stored: Map<string, StoredWeight>;
  /** Everything that is stored, as bytes. */
  readonly parts: Map<string, Float32Array | Uint8Array>;
}

function reduceWeights(tensors: ReadonlyMap<string, StoredTensor>, precision: ReducedPrecision): ReducedWeights {
  const found: ReducedWeights = { weights: new Map(), stored: new Map(), parts: new Map() };
  for (const [name, { dims, bytes }] of tensors) {
    if (isConstantName(name)) continue;
    // A copy: bytes in a file need not be aligned.
    const values = new Float32Array(bytes.slice().buffer);
    if (!isReduced(dims)) {
      found.weights.set(name, values);
      found.parts.set(name, values);
      continue;
    }
    const weight = storeWeight(name, dims, values, precision);
    found.weights.set(name, restoreWeight(weight));
    found.stored.set(name, weight);
    found.parts.set(name, bytesOf(weight.tensor));
    if (weight.scale) found.parts.set(scaleNameOf(name), bytesOf(weight.scale));
  }
  return found;
}

/** The parent's right to its space goes along. */
function derivationOf({ modelId, name, spaceId, compatibility }: Manifest, parity: CosineReport): Derivation {
  const report = spaceId === ownSpaceOf(modelId) ? undefined : compatibility.find(({ passes, gallerySpaceId }) => passes && gallerySpaceId === spaceId);
  return { modelId, name, spaceId, ...(report && { compatibility: report }), parity };
}
