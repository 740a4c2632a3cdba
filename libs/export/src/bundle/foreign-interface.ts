import type { Dimension } from '../onnx/builder.ts';
import type { ModelInterface, ValueDescription } from '../onnx/read-interface.ts';
import { BundleError } from './bundle-error.ts';
import type { NetworkInterface } from './manifest.ts';
import { describeValue } from './network.ts';

/** What a user knows of a foreign network. */
export interface ForeignWishes {
  readonly inputSize: readonly [channels: number, rows: number, cols: number];
  /** Found out from the sizes unless told. */
  readonly layout?: NetworkInterface['layout'] | undefined;
  /** The output with the embedding, where there are several. */
  readonly output?: string | undefined;
}

/** How a foreign file says that its network is run; whether it normalises is only known when it runs. */
export function findInterface({ inputs, outputs }: Pick<ModelInterface, 'inputs' | 'outputs'>, wishes: ForeignWishes): Omit<NetworkInterface, 'normalized'> {
  const input = onlyInput(inputs);
  const layout = wishes.layout ?? layoutOf(input, wishes.inputSize);
  const [channels, rows, cols] = wishes.inputSize;
  const picture = layout === 'nchw' ? [channels, rows, cols] : [rows, cols, channels];
  const fits = input.dims.length === 0 || picture.every((size, i) => isFree(input.dims[i + 1]!) || input.dims[i + 1] === size);
  if (!fits) {
    throw new BundleError(`the network takes ${describeValue(input)}; pictures of ${wishes.inputSize.join('x')} in the layout ${layout} are [n, ${picture.join(', ')}]`);
  }
  const batch = input.dims[0];
  return { input: input.name, output: chooseOutput(outputs, wishes.output).name, layout, batch: batch === undefined || isFree(batch) ? 'any' : batch as number };
}

function onlyInput(inputs: readonly ValueDescription[]): ValueDescription {
  const [input] = inputs;
  const ranked = input !== undefined && (input.dims.length === 4 || input.dims.length === 0);
  if (inputs.length === 1 && ranked && input.type === 'float32') return input;
  throw new BundleError(`the network takes ${list(inputs)}; expected one float32 input with 4 axes, the pictures`);
}

function layoutOf({ dims }: ValueDescription, [channels]: ForeignWishes['inputSize']): NetworkInterface['layout'] {
  return dims[3] === channels && dims[1] !== channels ? 'nhwc' : 'nchw';
}

/** The one asked for, or the only one that can be an embedding. */
function chooseOutput(outputs: readonly ValueDescription[], wanted: string | undefined): ValueDescription {
  if (wanted !== undefined) {
    const found = outputs.find(({ name }) => name === wanted);
    if (found === undefined) throw new BundleError(`the network has no output '${wanted}'; it has ${list(outputs)}`);
    if (!mayBeEmbedding(found)) throw new BundleError(`the network's output is ${describeValue(found)}; expected float32 with 2 axes, [n, size]`);
    return found;
  }
  const candidates = outputs.filter(mayBeEmbedding);
  if (candidates.length === 1) return candidates[0]!;
  if (candidates.length === 0) throw new BundleError(`the network gives ${list(outputs)}; expected a float32 output with 2 axes, [n, size]`);
  throw new BundleError(`the network gives ${list(candidates)}; choose the output with the embedding`);
}

function mayBeEmbedding({ type, dims }: ValueDescription): boolean {
  return type === 'float32' && (dims.length === 2 || dims.length === 0);
}

/** A size with a name, or none: known when the network runs. */
function isFree(dim: Dimension): boolean {
  return typeof dim === 'string' || dim <= 0;
}

function list(values: readonly ValueDescription[]): string {
  return values.length === 0 ? 'nothing' : values.map(describeValue).join(', ');
}
