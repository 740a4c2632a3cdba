import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { type FaceNetworks, faceNetworkFiles, faceNetworks, type RunNetwork } from '@facenet/detect';
import { openNetwork } from '@facenet/engine/node';

/** The detector and the landmarks, from the package that carries their weights. One thread: parallelism comes from several photos at once. */
export async function openFaceNetworks(): Promise<FaceNetworks> {
  const require = createRequire(import.meta.url);
  const folder = path.join(path.dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
  const files = faceNetworkFiles((file) => readFileSync(path.join(folder, file), 'utf8'), (file) => readFileSync(path.join(folder, file)));
  return faceNetworks({ detector: await open(files.detector, 'grid'), landmarks: await open(files.landmarks, 'points') });
}

async function open(model: Uint8Array, output: string): Promise<RunNetwork> {
  const network = await openNetwork(model, { input: 'images', output, threads: 1 });
  return async (images, dims) => (await network.run(images, dims)).values;
}
