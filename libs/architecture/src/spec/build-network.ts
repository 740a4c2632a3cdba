import { GraphBuilder } from '../graph/builder.ts';
import { buildLayer } from './layers.ts';
import type { ModelSpec } from './model-spec.ts';
import type { LayerOutput, Network } from './network.ts';
import { NetworkBuilder } from './network-builder.ts';

export interface BuildOptions {
  readonly batch: number;
  /** `training` normalises by the statistics of the batch, `inference` by those fed. */
  readonly mode: 'training' | 'inference';
  /** Parameters that stay as they are, by name: a batch normalisation of which all is frozen uses the statistics fed. */
  readonly frozen?: (parameter: string) => boolean;
}

/** The graph of a network from images to unit-length embeddings. */
export function buildNetwork(spec: ModelSpec, { batch, mode, frozen = () => false }: BuildOptions): Network {
  const builder = new GraphBuilder();
  const network = new NetworkBuilder(builder, spec, mode === 'training' ? frozen : undefined);
  const image = builder.input('image', [batch, ...spec.input]);
  const layers: LayerOutput[] = [];
  let embedding = image;
  for (const layer of spec.layers) {
    const node = network.within(layer.name, () => buildLayer(network, embedding, layer));
    if (node !== embedding) layers.push({ layer, node });
    embedding = node;
  }
  return {
    spec, builder, image, embedding, parameters: network.parameters, statistics: network.statistics, layers,
  };
}
