import { parentPort, workerData } from 'node:worker_threads';
import type { SharedImages } from './image-store.ts';
import { fillInputs, type InputRequest, type InputSettings } from './inputs.ts';

export interface WorkerSetup {
  readonly images: SharedImages;
  readonly settings: InputSettings;
}

export interface WorkerJob {
  readonly id: number;
  readonly request: InputRequest;
  /** Memory to fill; it changes hands with each message and is never copied. */
  readonly buffer: ArrayBuffer;
}

export type WorkerAnswer = { readonly id: number; readonly buffer: ArrayBuffer } | { readonly id: number; readonly error: string };

const { images, settings } = workerData as WorkerSetup;
let last = Promise.resolve();

parentPort!.on('message', ({ id, request, buffer }: WorkerJob) => {
  last = last.then(async () => {
    try {
      await fillInputs(images, request, settings, new Float32Array(buffer));
      parentPort!.postMessage({ id, buffer } satisfies WorkerAnswer, [buffer]);
    } catch (error) {
      parentPort!.postMessage({ id, error: (error as Error).message } satisfies WorkerAnswer);
    }
  });
});
