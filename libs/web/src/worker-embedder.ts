import type { Manifest } from '@facenet/export';
import type { Pixels } from '@facenet/face';
import type { EmbeddedFace, Embedder, FindOptions, FoundFace, ImageSource, Runtime, Verification, VerifyOptions } from './embedder.ts';
import { errorOf } from './errors.ts';
import type { FindRequest } from './link/calls.ts';
import type { WorkerLink } from './link/worker-link.ts';
import { sendPicture, transferOf } from './picture/send-picture.ts';

/** As everywhere: below it, most of what is found are ears and patterns. */
const defaultMinScore = 0.5;
const defaultFar = 0.001;

export class WorkerEmbedder implements Embedder {
  readonly manifest: Manifest;
  readonly runtime: Runtime;
  readonly #link: WorkerLink;

  constructor(link: WorkerLink, manifest: Manifest, runtime: Runtime) {
    this.#link = link;
    this.manifest = manifest;
    this.runtime = runtime;
  }

  async find(source: ImageSource, options: FindOptions = {}): Promise<readonly FoundFace[]> {
    const request = await requestOf(source, options);
    return await this.#link.call('find', request, { signal: options.signal, transfer: transferOf(request.picture) });
  }

  async embed(source: ImageSource, options: FindOptions = {}): Promise<readonly EmbeddedFace[]> {
    const request = await requestOf(source, options);
    return await this.#link.call('embed', request, { signal: options.signal, transfer: transferOf(request.picture) });
  }

  async embedCrops(crops: readonly Pixels[], signal?: AbortSignal): Promise<readonly Float32Array[]> {
    return await this.#link.call('embedCrops', { crops }, { signal });
  }

  async verify(a: ImageSource, b: ImageSource, { far = defaultFar, ...options }: VerifyOptions = {}): Promise<Verification> {
    if (!(far > 0 && far <= 1)) throw errorOf('bad_request', `false-accept rate: expected a number above 0 and up to 1, got ${far}`);
    const pictures = await Promise.all([requestOf(a, options), requestOf(b, options)]);
    return await this.#link.call('verify', { pictures, far }, { signal: options.signal, transfer: pictures.flatMap(({ picture }) => transferOf(picture)) });
  }

  dispose(): Promise<void> {
    this.#link.end();
    return Promise.resolve();
  }
}

async function requestOf(source: ImageSource, { crop = false, minScore = defaultMinScore, signal }: FindOptions): Promise<FindRequest> {
  signal?.throwIfAborted();
  if (!(minScore >= 0 && minScore <= 1)) throw errorOf('bad_request', `minimum score: expected a number from 0 to 1, got ${minScore}`);
  return { picture: await sendPicture(source), crop, minScore };
}
