import {
  activations, type Branches, type InputSize, type LayerKind, type LayerOf, type LayerSpec, type LayerTable,
  type ModelSpec, normalizations, type PoolBranch, poolKinds, type ReducedConvolution,
} from './model-spec.ts';
import { arrayOf, fields, identifier, join, object, oneOf, type Parser, positiveInteger, show } from './parsers.ts';
import { SpecError } from './spec-error.ts';

/** Checks a whole network description; `path` is where it stands in a larger document. */
export function parseModelSpec(value: unknown, path = ''): ModelSpec {
  const spec = modelSpec(value, path);
  checkOrder(spec.layers, join(path, 'layers'));
  return spec;
}

export const inputSize: Parser<InputSize> = (value, path) => {
  if (!Array.isArray(value) || value.length !== 3) {
    throw new SpecError(path, `expected [3, rows, columns], got ${show(value)}`);
  }
  const [channels, rows, cols] = value as unknown[];
  if (channels !== 3) throw new SpecError(`${path}[0]`, `expected 3 channels, got ${show(channels)}`);
  return [3, positiveInteger(rows, `${path}[1]`), positiveInteger(cols, `${path}[2]`)];
};

export const normalization = oneOf(normalizations);

const reducedConvolution: Parser<ReducedConvolution> = object<ReducedConvolution>({
  reduce: positiveInteger, out: positiveInteger,
});

const poolBranch: Parser<PoolBranch> = object<PoolBranch>({
  kind: oneOf(poolKinds), project: positiveInteger,
}, ['project']);

const branches: Parser<Branches> = (value, path) => {
  const parsed = anyBranches(value, path);
  if (Object.keys(parsed).length === 0) throw new SpecError(path, 'expected at least one branch');
  return parsed;
};

const anyBranches = object<Branches>({
  conv1x1: positiveInteger, conv3x3: reducedConvolution, conv5x5: reducedConvolution, pool: poolBranch,
}, ['conv1x1', 'conv3x3', 'conv5x5', 'pool']);

const stride: Parser<number> = oneOf([1, 2]);

const kernel: Parser<number> = (value, path) => {
  const size = positiveInteger(value, path);
  if (size % 2 === 1) return size;
  throw new SpecError(path, `expected an odd size, got ${size}`);
};

const layerParsers: LayerTable<{ [K in LayerKind]: Parser<LayerOf<K>> }> = {
  conv: object<LayerOf<'conv'>>({ kind: oneOf(['conv']), name: identifier, out: positiveInteger, kernel, stride }),
  maxPool: object<LayerOf<'maxPool'>>({ kind: oneOf(['maxPool']), name: identifier, kernel, stride }),
  lrn: object<LayerOf<'lrn'>>({ kind: oneOf(['lrn']), name: identifier }),
  inception: (value, path) => {
    const { stride: step, ...layer } = anyInception(value, path);
    if (step !== 2) return layer;
    if (layer.branches.conv1x1 !== undefined) {
      throw new SpecError(`${path}.branches.conv1x1`, 'a module of stride 2 has no 1×1 branch');
    }
    return { ...layer, stride: 2 };
  },
  averagePool: object<LayerOf<'averagePool'>>({ kind: oneOf(['averagePool']), name: identifier }),
  fullyConnected: object<LayerOf<'fullyConnected'>>({
    kind: oneOf(['fullyConnected']), name: identifier, units: positiveInteger, activation: oneOf(activations),
  }),
  embedding: object<LayerOf<'embedding'>>({
    kind: oneOf(['embedding']), name: identifier, normalization: oneOf(['batch']),
  }, ['normalization']),
};

const anyInception = object<Omit<LayerOf<'inception'>, 'stride'> & { readonly stride?: number }>({
  kind: oneOf(['inception']), name: identifier, stride, branches,
}, ['stride']);

const layerKind = oneOf(Object.keys(layerParsers) as LayerKind[]);

const layer: Parser<LayerSpec> = (value, path) => {
  const { kind } = fields(value, path);
  if (kind === undefined) throw new SpecError(`${path}.kind`, 'missing');
  return layerParsers[layerKind(kind, `${path}.kind`)](value, path);
};

const modelSpec = object<ModelSpec>({
  name: identifier,
  input: inputSize,
  embedding: positiveInteger,
  normalization,
  bias: oneOf(['always']),
  layers: arrayOf(layer),
}, ['bias']);

/** What a layer reads: a map of positions, or anything. */
const reads: LayerTable<{ [K in LayerKind]: 'map' | 'anything' }> = {
  conv: 'map', maxPool: 'map', lrn: 'map', inception: 'map', averagePool: 'map',
  fullyConnected: 'anything', embedding: 'anything',
};

/** Maps come before vectors, names are unique, and the embedding is the last layer and no other. */
function checkOrder(layers: readonly LayerSpec[], path: string): void {
  const last = layers.length - 1;
  if (layers[last]?.kind !== 'embedding') {
    throw new SpecError(path, `expected the last layer to be of kind "embedding", got ${show(layers[last]?.kind)}`);
  }
  const firstWithName = new Map<string, number>();
  let vector: LayerSpec | undefined;
  for (const [index, layer] of layers.entries()) {
    const at = `${path}[${index}]`;
    const other = firstWithName.get(layer.name);
    if (other !== undefined) throw new SpecError(`${at}.name`, `"${layer.name}" is also the name of ${path}[${other}]`);
    firstWithName.set(layer.name, index);
    if (layer.kind === 'embedding' && index !== last) throw new SpecError(at, 'layers follow the embedding');
    if (reads[layer.kind] === 'anything') vector ??= layer;
    else if (vector !== undefined) {
      throw new SpecError(at, `${layer.kind} '${layer.name}' reads a map, but '${vector.name}' before it gives a vector`);
    }
  }
}
