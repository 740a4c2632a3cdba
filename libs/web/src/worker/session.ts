import { photoFit } from '@facenet/detect';
import { BundleError, decide, type Manifest, ownPair, type Threshold, thresholdFor } from '@facenet/export';
import type { Pixels } from '@facenet/face';
import { preprocessingOf } from '../bundle/load-bundle.ts';
import type { EmbeddedFace, FoundFace, Verification } from '../embedder.ts';
import { errorOf, NoFaceError } from '../errors.ts';
import { type Call, letMessagesIn } from '../link/answer-calls.ts';
import type { Calls, FindRequest, LoadedFiles, Measurement } from '../link/calls.ts';
import { type BeforeRun, facesOf, FaceSearch } from './face-search.ts';
import { OpenModel } from './open-model.ts';
import { type OnnxRuntime, openRuntime } from './runtime.ts';

/** A bundle on a device, and what finds faces for it. */
export class Session {
  readonly #runtime: OnnxRuntime;
  readonly #model: OpenModel;
  readonly #detector: LoadedFiles['detector'];
  #search: FaceSearch | null = null;

  private constructor(runtime: OnnxRuntime, model: OpenModel, detector: LoadedFiles['detector']) {
    this.#runtime = runtime;
    this.#model = model;
    this.#detector = detector;
  }

  static async open({ files, device, threads }: Calls['open']['ask']): Promise<Session> {
    const runtime = await openRuntime(device, threads);
    return new Session(runtime, await OpenModel.open(files, runtime, device), files.detector);
  }

  measure(): Promise<Measurement> {
    return this.#model.measure();
  }

  async prepare(): Promise<Manifest> {
    if (this.#detector) this.#search ??= await FaceSearch.open(this.#detector, this.#runtime);
    return this.#model.manifest;
  }

  async find(request: FindRequest, call: Call): Promise<FoundFace[]> {
    if (!request.crop) requirePhotos(this.#model.manifest);
    return await facesOf(request, this.#search, beforeRun(call));
  }

  async embed(request: FindRequest, call: Call): Promise<EmbeddedFace[]> {
    return await this.#embedded(await this.find(request, call), call);
  }

  async embedCrops(crops: readonly Pixels[], call: Call): Promise<Float32Array[]> {
    return await this.#model.embed(crops, beforeRun(call));
  }

  /** By the largest face of each picture. */
  async verify({ pictures: [a, b], far }: Calls['verify']['ask'], call: Call): Promise<Verification> {
    const { manifest } = this.#model;
    // Before anything is computed: a model without thresholds decides nothing.
    const threshold = thresholdOf(manifest, far);
    const [first, second] = await this.#embedded([await this.#largest(a, 0, call), await this.#largest(b, 1, call)], call);
    const distance = squaredDistance(first!.embedding, second!.embedding);
    return { verdict: decide(manifest, ownPair(manifest), distance, far).decision, distance, threshold, faces: [first!, second!] };
  }

  async #largest(request: FindRequest, which: number, call: Call): Promise<FoundFace> {
    const [face] = await this.find(request, call);
    if (!face) throw new NoFaceError(which);
    return face;
  }

  async #embedded(faces: readonly FoundFace[], call: Call): Promise<EmbeddedFace[]> {
    const vectors = await this.embedCrops(faces.map(({ crop }) => crop), call);
    return faces.map((face, i) => ({ ...face, embedding: vectors[i]! }));
  }
}

/** Lets an abort come in while networks run, which they do without a pause. */
function beforeRun({ signal }: Call): BeforeRun {
  return async () => {
    await letMessagesIn();
    signal.throwIfAborted();
  };
}

function requirePhotos(manifest: Manifest): void {
  const fit = photoFit(preprocessingOf(manifest));
  if (fit.fits === 'no') throw errorOf('model_not_for_photos', `${manifest.name} ${fit.why}`);
}

function thresholdOf(manifest: Manifest, far: number): Threshold {
  try {
    const pair = ownPair(manifest);
    // Ten times the rate is where "ambiguous" ends.
    if (10 * far < 1) thresholdFor(manifest, pair, 10 * far);
    return thresholdFor(manifest, pair, far);
  } catch (error) {
    throw error instanceof BundleError ? errorOf('no_threshold', `${manifest.name}: ${error.message}`) : error;
  }
}

function squaredDistance(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
}
