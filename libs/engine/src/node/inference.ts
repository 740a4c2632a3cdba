import type { RawNetwork } from '@facenet/export';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Provider, ProviderError } from './providers.ts';

export interface OpenModelOptions {
  /** Threads inside one operation; the runtime's own choice (all cores) unless told. */
  readonly threads?: number;
}

export interface OpenNetworkOptions extends OpenModelOptions {
  /** The CPU unless told. One that is not there is a ProviderError, and never replaced by another. */
  readonly provider?: Provider;
  /** The values of the network to run from and to. */
  readonly input: string;
  readonly output: string;
}

/** A loaded model from images to embeddings. */
export interface InferenceModel {
  /** Rows and columns of an image and how many numbers an embedding has. */
  readonly input: readonly [channels: number, rows: number, cols: number];
  readonly embedding: number;
  /** `images` is [n, channels, rows, cols]; the result [n, embedding]. */
  run(images: Float32Array, n: number): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Loads an exported model, from its bytes or a file, on the CPU provider. */
export async function openModel(model: Uint8Array | string, { threads }: OpenModelOptions = {}): Promise<InferenceModel> {
  const session = await createSession(model, sessionOptions(threads));
  try {
    return new OnnxInference(session, nameOf(model));
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** Loads any network, to be run from one of its values to another, whatever it calls them and however they are shaped. */
export async function openNetwork(
  model: Uint8Array | string, { threads, input, output, provider = 'cpu' }: OpenNetworkOptions,
): Promise<RawNetwork> {
  // What goes wrong is thrown; the runtime need not print it as well.
  const session = await createSession(model, { ...sessionOptions(threads), executionProviders: [provider], logSeverityLevel: 4 }, provider);
  let released = false;
  return {
    run: async (values, dims) => {
      if (released) throw new Error('inference: this network is disposed of');
      const { [output]: result } = await session.run({ [input]: new Tensor('float32', values, [...dims]) }, [output]);
      return { values: result!.data as Float32Array, dims: result!.dims };
    },
    dispose: async () => {
      if (released) return;
      released = true;
      await session.release();
    },
  };
}

class OnnxInference implements InferenceModel {
  readonly input: InferenceModel['input'];
  readonly embedding: number;
  readonly #session: InferenceSession;
  readonly #names: { readonly image: string; readonly embedding: string };
  #released = false;

  constructor(session: InferenceSession, name: string) {
    const image = onlyTensor(session.inputMetadata, 4, `${name}: inputs`);
    const embedding = onlyTensor(session.outputMetadata, 2, `${name}: outputs`);
    const [channels, rows, cols] = image.sizes;
    this.input = [channels!, rows!, cols!];
    this.embedding = embedding.sizes[0]!;
    this.#session = session;
    this.#names = { image: image.name, embedding: embedding.name };
  }

  async run(images: Float32Array, n: number): Promise<Float32Array> {
    if (this.#released) throw new Error('inference: this model is disposed of');
    const size = this.input.reduce((product, length) => product * length, 1);
    if (!(n >= 1) || images.length !== n * size) {
      throw new RangeError(`inference: ${n} images of [${this.input.join(', ')}] are ${n * size} numbers; got ${images.length}`);
    }
    const image = new Tensor('float32', images, [n, ...this.input]);
    const results = await this.#session.run({ [this.#names.image]: image });
    return results[this.#names.embedding]!.data as Float32Array;
  }

  async dispose(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    await this.#session.release();
  }
}

function sessionOptions(threads: number | undefined): InferenceSession.SessionOptions {
  return { executionProviders: ['cpu'], interOpNumThreads: 1, ...(threads === undefined ? {} : { intraOpNumThreads: threads }) };
}

async function createSession(
  model: Uint8Array | string, options: InferenceSession.SessionOptions, provider: Provider = 'cpu',
): Promise<InferenceSession> {
  try {
    // Its overloads take either, not the union.
    return await (typeof model === 'string' ? InferenceSession.create(model, options) : InferenceSession.create(model, options));
  } catch (error) {
    const why = error instanceof Error ? error.message.trim() : String(error);
    if (provider !== 'cpu') throw new ProviderError(provider, why);
    throw new Error(`${nameOf(model)}: cannot be loaded (${why})`);
  }
}

function nameOf(model: Uint8Array | string): string {
  return typeof model === 'string' ? model : 'ONNX model';
}

/** The one value of a model's interface: float32, `rank` axes, all sizes fixed but the first. */
function onlyTensor(
  values: readonly InferenceSession.ValueMetadata[], rank: number, what: string,
): { readonly name: string; readonly sizes: readonly number[] } {
  const [value] = values;
  if (value !== undefined && values.length === 1 && value.isTensor && value.type === 'float32' && value.shape.length === rank) {
    const sizes = value.shape.slice(1);
    if (sizes.every((size): size is number => typeof size === 'number')) return { name: value.name, sizes };
  }
  const shown = values.map((each) => `${each.name}: ${each.isTensor ? `${each.type} [${each.shape.join(', ')}]` : 'no tensor'}`);
  throw new Error(`${what} are ${shown.join(', ')}; expected one float32 with ${rank} axes, of which only the first is free`);
}
