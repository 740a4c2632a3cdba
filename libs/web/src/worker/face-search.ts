import { faceNetworkFiles, faceNetworks, type FaceNetworks, type RunNetwork, searchFaces } from '@facenet/detect';
import { assessQuality, type Pixels } from '@facenet/face';
import type { FoundFace } from '../embedder.ts';
import { errorOf } from '../errors.ts';
import type { DetectorFiles, FindRequest } from '../link/calls.ts';
import { readPixels } from '../picture/read-pixels.ts';
import type { OnnxRuntime } from './runtime.ts';

/** Called before each run of a network; ends the search by throwing. */
export type BeforeRun = () => Promise<void>;

/** Finds faces in pictures as it is done for training and on the server. */
export class FaceSearch {
  readonly #networks: FaceNetworks;
  #before: BeforeRun = () => Promise.resolve();

  private constructor(detector: RunNetwork, landmarks: RunNetwork) {
    const run = (network: RunNetwork): RunNetwork => async (images, dims) => {
      await this.#before();
      return await network(images, dims);
    };
    this.#networks = faceNetworks({ detector: run(detector), landmarks: run(landmarks) });
  }

  static async open({ texts, bytes }: DetectorFiles, runtime: OnnxRuntime): Promise<FaceSearch> {
    const files = faceNetworkFiles((file) => texts[file]!, (file) => bytes[file]!);
    return new FaceSearch(await open(runtime, files.detector, 'grid'), await open(runtime, files.landmarks, 'points'));
  }

  /** The largest face first. */
  async find(photo: Pixels, minScore: number, before: BeforeRun): Promise<FoundFace[]> {
    this.#before = before;
    const faces = await searchFaces(this.#networks, photo, { kind: 'everywhere', minScore });
    return faces
      .map(({ box, landmarks, score, quality, crop }): FoundFace => ({ box, landmarks, score, quality, crop }))
      .sort((a, b) => areaOf(b) - areaOf(a));
  }
}

/** Its input is of many sizes, for each of which a graphics card would compile its programs anew. */
async function open(runtime: OnnxRuntime, onnx: Uint8Array, output: string): Promise<RunNetwork> {
  const network = await runtime.openNetwork(onnx, { input: 'images', output, device: 'wasm' });
  return async (images, dims) => (await network.run(images, dims)).values;
}

function areaOf({ box }: FoundFace): number {
  return box ? box.width * box.height : 0;
}

/** The faces of a picture; of one that is a ready crop, itself. */
export async function facesOf({ picture, crop, minScore }: FindRequest, search: FaceSearch | null, before: BeforeRun): Promise<FoundFace[]> {
  const pixels = await readPixels(picture);
  if (crop) return [{ box: null, landmarks: null, score: 1, quality: assessQuality(pixels, null).quality, crop: pixels }];
  if (!search) throw errorOf('not_supported', 'internal: the detector was not made ready');
  return await search.find(pixels, minScore, before);
}
