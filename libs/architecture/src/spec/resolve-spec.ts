import { didYouMean } from './did-you-mean.ts';
import { drop } from './drop.ts';
import type { InputSize, LayerSpec, ModelSpec, Normalization } from './model-spec.ts';
import { type ModelName, models } from './networks.ts';
import { inputSize, normalization, parseModelSpec } from './parse-model-spec.ts';
import {
  arrayOf, fields, identifier, join, object, oneOf, type Parser, positiveInteger, positiveNumber, show,
} from './parsers.ts';
import { SpecError } from './spec-error.ts';
import { widen } from './widen.ts';

/** A network said as changes to another one. */
export interface VariantConfig {
  readonly extends: SpecConfig;
  /** By default the base's name and what differs, e.g. `nn4-96x80-e256-w0.5-batch`. */
  readonly name?: string;
  readonly input?: InputSize;
  readonly embedding?: number;
  /** Factor on every count of channels and hidden units; see `widen` for the rounding. */
  readonly width?: number;
  readonly normalization?: Normalization;
  /** Whether the embedding layer's outputs are batch-normalised before they get unit length. */
  readonly embeddingNormalization?: 'batch' | 'none';
  /** Layers (`inception4b`) and branches (`inception4e/conv5x5`) to leave out. */
  readonly drop?: readonly string[];
}

/** The name of a network, changes to one, or a whole spec. */
export type SpecConfig = ModelName | VariantConfig | ModelSpec;

/**
 * The network that a config means. Takes anything, because it stands at the edge; throws SpecError with the path of
 * the bad field, `path` being where the config itself stands.
 *
 * @example resolveSpec({ extends: 'nn4', embedding: 256, width: 0.5, normalization: 'batch' })
 */
export function resolveSpec(config: unknown, path = ''): ModelSpec {
  if (typeof config === 'string') return namedModel(config, path);
  if (typeof config !== 'object' || config === null) {
    throw new SpecError(path, `expected the name of a network or an object, got ${show(config)}`);
  }
  const given = fields(config, path);
  if ('extends' in given) return applyVariant(variantConfig(config, path), path);
  if ('layers' in given) return parseModelSpec(config, path);
  throw new SpecError(path, `expected 'extends' or 'layers' among the keys, got ${Object.keys(given).join(', ') || 'none'}`);
}

type Variant = Omit<VariantConfig, 'extends'> & { readonly extends: ModelSpec };

const dropTarget: Parser<string> = (value, path) => {
  if (typeof value === 'string' && value !== '') return value;
  throw new SpecError(path, `expected 'layer' or 'layer/branch', got ${show(value)}`);
};

const variantConfig = object<Variant>({
  extends: resolveSpec,
  name: identifier,
  input: inputSize,
  embedding: positiveInteger,
  width: positiveNumber,
  normalization,
  embeddingNormalization: oneOf(['batch', 'none']),
  drop: arrayOf(dropTarget),
}, ['name', 'input', 'embedding', 'width', 'normalization', 'embeddingNormalization', 'drop']);

function applyVariant(variant: Variant, path: string): ModelSpec {
  const { extends: base, name = variantName(variant), input, embedding, width = 1, normalization: norm } = variant;
  let spec = base;
  for (const [index, target] of (variant.drop ?? []).entries()) {
    spec = drop(spec, target, `${join(path, 'drop')}[${index}]`);
  }
  spec = {
    ...widen(spec, width), name, input: input ?? base.input, embedding: embedding ?? base.embedding,
    normalization: norm ?? base.normalization,
  };
  if (variant.embeddingNormalization) spec = withEmbeddingNormalization(spec, variant.embeddingNormalization);
  return parseModelSpec(spec, path);
}

function withEmbeddingNormalization(spec: ModelSpec, normalization: 'batch' | 'none'): ModelSpec {
  return {
    ...spec,
    layers: spec.layers.map((layer): LayerSpec => (layer.kind === 'embedding'
      ? { kind: layer.kind, name: layer.name, ...(normalization === 'batch' && { normalization }) }
      : layer)),
  };
}

/** The base's name and what differs from it. */
function variantName(variant: Variant): string {
  const { extends: base, input, embedding, width = 1, normalization: norm, embeddingNormalization, drop: dropped } = variant;
  const parts = [base.name];
  if (input && String(input) !== String(base.input)) parts.push(`${input[1]}x${input[2]}`);
  if (embedding !== undefined && embedding !== base.embedding) parts.push(`e${embedding}`);
  if (width !== 1) parts.push(`w${width}`);
  if (norm !== undefined && norm !== base.normalization) parts.push(norm);
  if (embeddingNormalization === 'batch') parts.push('ebatch');
  for (const target of dropped ?? []) parts.push(`no.${target.replaceAll('/', '.')}`);
  return parts.join('-');
}

function namedModel(name: string, path: string): ModelSpec {
  if (Object.hasOwn(models, name)) return models[name as ModelName];
  const names = Object.keys(models);
  throw new SpecError(path, `no network is called "${name}"${didYouMean(name, names) || `; there are ${names.join(', ')}`}`);
}
