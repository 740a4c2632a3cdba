import { modelInterface } from '../model-interface.ts';
import type { Dimension } from '../onnx/builder.ts';
import type { ModelInterface, ValueDescription } from '../onnx/read-interface.ts';
import { type NetworkSizes, picturesDims } from './adapt-network.ts';
import { BundleError } from './bundle-error.ts';
import type { Manifest, NetworkInterface } from './manifest.ts';

const trainedNetwork: NetworkInterface = {
  input: modelInterface.input, output: modelInterface.output, layout: 'nchw', batch: 'any', normalized: true,
};

/** How the network of a bundle is run. */
export function networkOf({ source }: Pick<Manifest, 'source'>): NetworkInterface {
  switch (source.kind) {
    case 'trained': return trainedNetwork;
    case 'wrapped': return source.network;
    default: return source satisfies never;
  }
}

/** Throws unless an ONNX file has the one input and the output that a wrapped network was found to have. */
export function requireNetwork({ inputs, outputs }: Pick<ModelInterface, 'inputs' | 'outputs'>, network: NetworkInterface, { inputSize, embedding }: NetworkSizes): void {
  requireValue('inputs', inputs.length === 1 ? inputs : [], inputs, network.input, [network.batch, ...picturesDims(network, inputSize)]);
  requireValue('outputs', outputs, outputs, network.output, [network.batch, embedding.size]);
}

function requireValue(what: string, candidates: readonly ValueDescription[], all: readonly ValueDescription[], name: string, sizes: readonly ('any' | number)[]): void {
  const fits = candidates.some((value) => value.name === name && value.type === 'float32' && mayHave(value.dims, sizes));
  if (fits) return;
  throw new BundleError(`${what} are ${all.map(describeValue).join(', ')}; expected ${describeValue({ name, type: 'float32', dims: sizes })}`);
}

/** A size that has a name, and one that is 0 or below, is only known when the network runs; so is a shape that is not stated. */
function mayHave(dims: readonly Dimension[], sizes: readonly ('any' | number)[]): boolean {
  return dims.length === 0 || (dims.length === sizes.length
    && dims.every((dim, axis) => typeof dim === 'string' || dim <= 0 || sizes[axis] === 'any' || dim === sizes[axis]));
}

export function describeValue({ name, type, dims }: ValueDescription): string {
  return `${name}: ${type} [${dims.join(', ')}]`;
}
