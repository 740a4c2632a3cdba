import landmarkManifest from '@vladmandic/face-api/model/face_landmark_68_model-weights_manifest.json?url';
import landmarkWeights from '@vladmandic/face-api/model/face_landmark_68_model.bin?url';
import detectorManifest from '@vladmandic/face-api/model/tiny_face_detector_model-weights_manifest.json?url';
import detectorWeights from '@vladmandic/face-api/model/tiny_face_detector_model.bin?url';
import { storedFiles, storedNetworks } from '@facenet/detect';
import { shown } from '../bundle/fetch.ts';
import { errorOf } from '../errors.ts';
import type { Call } from '../link/answer-calls.ts';
import type { DetectorFiles } from '../link/calls.ts';

const [detector, landmarks] = [storedFiles(storedNetworks.detector), storedFiles(storedNetworks.landmarks)];

const texts = { [detector.manifest]: detectorManifest, [landmarks.manifest]: landmarkManifest };
const weights = { [detector.weights]: detectorWeights, [landmarks.weights]: landmarkWeights };

/** Of both weights together; a bar needs it before the first file is there. */
const totalBytes = 550_161;

/** The weights that lie beside the script: as they are stored, a fourth of what they become. */
export async function fetchDetectorFiles({ signal, onProgress }: Call): Promise<DetectorFiles> {
  let loadedBytes = 0;
  const [readTexts, readBytes] = await Promise.all([
    each(texts, async (address) => new TextDecoder().decode(await get(address, signal))),
    each(weights, async (address) => {
      const bytes = await get(address, signal);
      loadedBytes += bytes.length;
      onProgress({ stage: 'download', what: 'detector', loadedBytes, totalBytes, fromCache: false });
      return bytes;
    }),
  ]);
  return { texts: readTexts, bytes: readBytes };
}

async function each<T>(files: Readonly<Record<string, string>>, read: (address: string) => Promise<T>): Promise<Record<string, T>> {
  return Object.fromEntries(await Promise.all(Object.entries(files).map(async ([name, address]) => [name, await read(address)] as const)));
}

async function get(address: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const url = new URL(address, globalThis.location.href).href;
  try {
    const response = await fetch(url, { signal });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    throw new Error(`the server answers ${response.status}`);
  } catch (error) {
    signal.throwIfAborted();
    throw errorOf('model_not_reachable', `the face detector (${url}): ${shown(error)}`);
  }
}
