import type { Branches, LayerKind, LayerOf, LayerSpec, LayerTable, ModelSpec } from './model-spec.ts';

/** Channel counts stay multiples of this: vector units and GPU lanes come in eights. */
const MULTIPLE = 8;

/**
 * Multiplies every count of channels or hidden units by `width` and rounds to the nearest multiple of 8 (a half up),
 * at least 8. The embedding keeps its length. Width 1 changes nothing, not even counts that are no multiple of 8.
 */
export function widen(spec: ModelSpec, width: number): ModelSpec {
  if (width === 1) return spec;
  const count = (channels: number): number =>
    Math.max(MULTIPLE, Math.floor((channels * width) / MULTIPLE + 0.5) * MULTIPLE);
  return { ...spec, layers: spec.layers.map((layer) => widenLayer(layer, count)) };
}

type Count = (channels: number) => number;

const widened: LayerTable<{ [K in LayerKind]: (layer: LayerOf<K>, count: Count) => LayerOf<K> }> = {
  conv: (layer, count) => ({ ...layer, out: count(layer.out) }),
  maxPool: (layer) => layer,
  lrn: (layer) => layer,
  inception: (layer, count) => ({ ...layer, branches: widenBranches(layer.branches, count) }),
  averagePool: (layer) => layer,
  fullyConnected: (layer, count) => ({ ...layer, units: count(layer.units) }),
  embedding: (layer) => layer,
};

function widenLayer<K extends LayerKind>(layer: LayerOf<K> & LayerSpec, count: Count): LayerSpec {
  // The table is keyed by the kind, which TypeScript cannot follow through a union.
  return (widened[layer.kind] as (layer: LayerSpec, count: Count) => LayerSpec)(layer, count);
}

function widenBranches({ conv1x1, conv3x3, conv5x5, pool }: Branches, count: Count): Branches {
  const reduced = ({ reduce, out }: { reduce: number; out: number }) => ({ reduce: count(reduce), out: count(out) });
  return {
    ...(conv1x1 !== undefined && { conv1x1: count(conv1x1) }),
    ...(conv3x3 && { conv3x3: reduced(conv3x3) }),
    ...(conv5x5 && { conv5x5: reduced(conv5x5) }),
    ...(pool && { pool: pool.project === undefined ? pool : { ...pool, project: count(pool.project) } }),
  };
}
