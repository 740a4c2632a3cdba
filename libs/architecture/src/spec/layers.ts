import type { Node } from '../graph/node.ts';
import { BRANCH_POOL_KERNEL } from './constants.ts';
import type { Branches, LayerKind, LayerOf, LayerSpec, LayerTable, ReducedConvolution } from './model-spec.ts';
import { branchNames } from './model-spec.ts';
import type { NetworkBuilder } from './network-builder.ts';

type LayerRule<K extends LayerKind> = (network: NetworkBuilder, x: Node, layer: LayerOf<K>) => Node;

/** What each kind of layer does to its input. */
const layerRules: LayerTable<{ [K in LayerKind]: LayerRule<K> }> = {
  conv: (network, x, layer) => network.convolution(x, layer),
  maxPool: (network, x, { kernel, stride }) => network.pool('max', x, kernel, stride),
  lrn: (network, x) => (network.spec.normalization === 'lrn' ? network.localResponseNormalization(x) : x),
  inception: (network, x, { stride = 1, branches }) => {
    const parts = branchNames.flatMap((name) => {
      const build = branchRules[name](branches);
      return build === undefined ? [] : [network.within(branchLabels[name], () => build(network, x, stride))];
    });
    return parts.length === 1 ? parts[0]! : network.graph.concat(parts, 1);
  },
  averagePool: (network, x) => network.globalAverage(x),
  // Never batch-normalised: a unit has one value per image, too few in a micro-batch for a steady variance.
  fullyConnected: (network, x, { units, activation }) => {
    const { graph } = network;
    const flat = network.flatten(x);
    switch (activation) {
      case 'relu': return graph.relu(network.linear(flat, units, { gain: 2 }));
      case 'maxout': {
        const pieces = network.linear(flat, 2 * units, { gain: 1, fanOut: units });
        return graph.maximum(graph.slice(pieces, 1, 0, units), graph.slice(pieces, 1, units, units));
      }
      default: return activation satisfies never;
    }
  },
  embedding: (network, x, { normalization }) => {
    const flat = network.flatten(x);
    const { embedding: size } = network.spec;
    return network.l2Normalize(normalization === 'batch'
      ? network.normalizedLinear(flat, size)
      : network.linear(flat, size, { gain: 1 }));
  },
};

export function buildLayer<K extends LayerKind>(network: NetworkBuilder, x: Node, layer: LayerOf<K> & LayerSpec): Node {
  // The table is keyed by the kind, which TypeScript cannot follow through a union.
  return (layerRules[layer.kind] as LayerRule<K>)(network, x, layer);
}

/** How parameter names call the branches. */
const branchLabels = { conv1x1: 'branch1x1', conv3x3: 'branch3x3', conv5x5: 'branch5x5', pool: 'branchPool' } as const;

type BranchRule = (network: NetworkBuilder, x: Node, stride: number) => Node;

/** What each branch does; undefined when the module does not have it. */
const branchRules: { readonly [B in keyof Required<Branches>]: (branches: Branches) => BranchRule | undefined } = {
  conv1x1: ({ conv1x1: out }) => out === undefined ? undefined : (network, x, stride) =>
    network.within('conv', () => network.convolution(x, { out, kernel: 1, stride })),
  conv3x3: ({ conv3x3 }) => reducedConvolution(conv3x3, 3),
  conv5x5: ({ conv5x5 }) => reducedConvolution(conv5x5, 5),
  pool: ({ pool }) => pool === undefined ? undefined : (network, x, stride) => {
    const pooled = network.pool(pool.kind, x, BRANCH_POOL_KERNEL, stride);
    if (pool.project === undefined) return pooled;
    const out = pool.project;
    // An L2 pool sums nine squares, so its output is that much stronger than its input.
    const gain = pool.kind === 'l2' ? 2 / BRANCH_POOL_KERNEL ** 2 : 2;
    return network.within('project', () => network.convolution(pooled, { out, kernel: 1, stride: 1, gain }));
  },
};

function reducedConvolution(sizes: ReducedConvolution | undefined, kernel: number): BranchRule | undefined {
  if (sizes === undefined) return undefined;
  return (network, x, stride) => {
    const reduced = network.within('reduce', () => network.convolution(x, { out: sizes.reduce, kernel: 1, stride: 1 }));
    return network.within('conv', () => network.convolution(reduced, { out: sizes.out, kernel, stride }));
  };
}
