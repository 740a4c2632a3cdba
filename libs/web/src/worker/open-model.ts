import { adaptNetwork, type Bundle, BundleError, type Manifest, type ModelRunner, networkOf, readBundle } from '@facenet/export';
import { cropBox, type Pixels, toInput } from '@facenet/face';
import { preprocessingOf } from '../bundle/load-bundle.ts';
import type { Device } from '../embedder.ts';
import { errorOf } from '../errors.ts';
import type { LoadedFiles, Measurement } from '../link/calls.ts';
import { measure } from './measure.ts';
import type { OnnxRuntime } from './runtime.ts';

/** More at once gain nothing and cost memory. */
const cropsAtOnce = 8;

/** A bundle, opened on a device. */
export class OpenModel {
  readonly manifest: Manifest;
  readonly #runner: ModelRunner;
  readonly #inputOf: (crop: Pixels, out?: Float32Array, offset?: number) => Float32Array;

  private constructor(manifest: Manifest, runner: ModelRunner) {
    const preprocessing = preprocessingOf(manifest);
    const [, rows, cols] = manifest.inputSize;
    const size = [rows!, cols!] as const;
    this.manifest = manifest;
    this.#runner = runner;
    // The part of a ready crop that the network sees, as in training and on the server.
    this.#inputOf = (crop, out, offset) => toInput(crop, cropBox(crop.width, crop.height, size, preprocessing), size, preprocessing, out, offset);
  }

  static async open(files: Pick<LoadedFiles, 'manifest' | 'onnx'>, runtime: OnnxRuntime, device: Device): Promise<OpenModel> {
    const { manifest, onnx } = await checked(files);
    const network = networkOf(manifest);
    const raw = await runtime.openNetwork(onnx, { input: network.input, output: network.output, device });
    return new OpenModel(manifest, adaptNetwork(raw, network, manifest));
  }

  measure(): Promise<Measurement> {
    return measure(this.manifest, (picture) => this.#inputOf(picture), this.#runner);
  }

  /** Vectors of unit length, in the order of the crops. `before` is called before each run, and may end it all by throwing. */
  async embed(crops: readonly Pixels[], before: () => Promise<void>): Promise<Float32Array[]> {
    const { inputSize, embedding: { size } } = this.manifest;
    const length = inputSize.reduce((product, axis) => product * axis, 1);
    const vectors: Float32Array[] = [];
    for (let first = 0; first < crops.length; first += cropsAtOnce) {
      const some = crops.slice(first, first + cropsAtOnce);
      const images = new Float32Array(some.length * length);
      some.forEach((crop, i) => { this.#inputOf(crop, images, i * length); });
      await before();
      const found = await this.#runner.run(images, some.length);
      vectors.push(...some.map((_, i) => found.slice(i * size, (i + 1) * size)));
    }
    return vectors;
  }
}

async function checked({ manifest, onnx }: Pick<LoadedFiles, 'manifest' | 'onnx'>): Promise<Bundle> {
  try {
    return await readBundle({ manifest: withoutTrainingList(manifest), onnx });
  } catch (error) {
    throw error instanceof BundleError ? errorOf('model_broken', error.message) : error;
  }
}

/** What a model was trained on is for those who evaluate it; the list may be longer than the model, and stays where it is. */
function withoutTrainingList(text: string): string {
  const { trainingList, ...manifest } = JSON.parse(text) as Record<string, unknown>;
  return trainingList === undefined ? text : JSON.stringify(manifest);
}
