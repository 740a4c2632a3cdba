import { GraphBuilder } from '../graph/builder.ts';
import type { Node } from '../graph/node.ts';
import { ShapeError } from '../graph/shape-error.ts';
import { sizeOf } from '../graph/shapes.ts';
import type { DecoderLayer, DecoderLayerKind, DecoderLayerOf, DecoderSpec } from './decoder.ts';
import type { ModelSpec } from './model-spec.ts';
import type { Parameter } from './network.ts';
import { NetworkBuilder } from './network-builder.ts';

/** How well pictures can be told from their embeddings; gradients are added with the same builder. */
export interface Reconstruction {
  readonly builder: GraphBuilder;
  /** The input `embedding`, [batch, size]. */
  readonly embedding: Node;
  /** What the decoder makes of it, [batch, 3, rows, cols]. */
  readonly picture: Node;
  /** Mean squared difference to the input `image`, averaged over blocks of pixels to the picture's size; [1, 1, 1, 1]. */
  readonly loss: Node;
  readonly parameters: readonly Parameter[];
}

/**
 * The second half of an autoencoder whose bottleneck is the embedding. Throws a ShapeError where the picture's sides do not
 * divide those of the network's input.
 */
export function buildReconstruction(spec: ModelSpec, decoder: DecoderSpec, batch: number): Reconstruction {
  const builder = new GraphBuilder();
  // The decoder only ever trains, so its statistics are always the batch's.
  const network = new NetworkBuilder(builder, spec, () => false);
  const embedding = builder.input('embedding', [batch, spec.embedding]);
  const picture = decoder.reduce((x, layer) => network.within(`decoder/${layer.name}`, () => buildLayer(network, x, layer)), embedding);
  const target = shrink(builder, builder.input('image', [batch, ...spec.input]), picture);
  const difference = builder.subtract(picture, target);
  const loss = builder.scale(builder.reduceSum(builder.multiply(difference, difference), [0, 1, 2, 3]), 1 / sizeOf(picture.shape));
  return { builder, embedding, picture, loss, parameters: network.parameters };
}

type Rule<K extends DecoderLayerKind> = (network: NetworkBuilder, x: Node, layer: DecoderLayerOf<K>) => Node;

const rules: { readonly [K in DecoderLayerKind]: Rule<K> } = {
  expand: (network, x, { out, rows, cols }) => {
    const { graph } = network;
    return graph.reshape(graph.relu(network.linear(x, out * rows * cols, { gain: 2 })), [x.shape[0]!, out, rows, cols]);
  },
  upConv: (network, x, { out, kernel, stride }) => network.transposedConvolution(x, { out, kernel, stride, linear: false }),
  picture: (network, x, { kernel, stride }) => network.transposedConvolution(x, { out: 3, kernel, stride, linear: true }),
};

function buildLayer<K extends DecoderLayerKind>(network: NetworkBuilder, x: Node, layer: DecoderLayerOf<K> & DecoderLayer): Node {
  // The table is keyed by the kind, which TypeScript cannot follow through a union.
  return (rules[layer.kind] as Rule<K>)(network, x, layer);
}

/** Means over blocks of pixels. */
function shrink(builder: GraphBuilder, image: Node, picture: Node): Node {
  const [, , rows, cols] = image.shape as [number, number, number, number];
  const [, , wantedRows, wantedCols] = picture.shape as [number, number, number, number];
  if (rows % wantedRows !== 0 || cols % wantedCols !== 0) {
    throw new ShapeError(`decoder: makes a picture of ${wantedRows}×${wantedCols}; expected sides that divide the input's ${rows}×${cols}`);
  }
  const block = [rows / wantedRows, cols / wantedCols] as const;
  if (block[0] === 1 && block[1] === 1) return image;
  return builder.averagePool(image, { kernel: block, stride: block, pads: [0, 0, 0, 0] });
}
