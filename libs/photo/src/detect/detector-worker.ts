import { parentPort } from 'node:worker_threads';
import { type DetectedFace, type Search, searchFaces } from '@facenet/detect';
import type { Pixels } from '@facenet/face';
import { openFaceNetworks } from './open-face-networks.ts';

export interface DetectorJob {
  readonly id: number;
  /** Its memory comes with the message and stays here. */
  readonly photo: Pixels;
  readonly search: Search;
}

export type DetectorAnswer =
  | { readonly id: number; readonly faces: readonly DetectedFace[] }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } };

const port = parentPort!;
const networks = await openFaceNetworks();

async function answer({ id, photo, search }: DetectorJob): Promise<void> {
  try {
    const faces = await searchFaces(networks, photo, search);
    port.postMessage({ id, faces } satisfies DetectorAnswer, faces.map(({ crop }) => crop.data.buffer as ArrayBuffer));
  } catch (error) {
    const { name, message } = error as Error;
    port.postMessage({ id, error: { name, message } } satisfies DetectorAnswer);
  }
}

// One photo after the other: two at once would share this one thread and both be late.
let last = Promise.resolve();
port.on('message', (job: DetectorJob) => { last = last.then(() => answer(job)); });
