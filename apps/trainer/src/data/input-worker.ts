import { parentPort, workerData } from 'node:worker_threads';
import { CliError } from '../cli/errors.ts';
import type { BrokenImage, ThreadImages } from './image-store.ts';
import { fillInputs, type InputRequest, type InputSettings } from './inputs.ts';

export interface WorkerSetup {
  readonly images: ThreadImages;
  readonly settings: InputSettings;
  /** A broken image ends the run. */
  readonly strict?: boolean;
}

export interface WorkerJob {
  readonly id: number;
  readonly request: InputRequest;
  /** Memory to fill; it changes hands with each message and is never copied. */
  readonly buffer: ArrayBuffer;
}

export type WorkerAnswer =
  | { readonly id: number; readonly buffer: ArrayBuffer }
  | { readonly id: number; readonly error: string }
  | { readonly broken: BrokenImage };

const { images, settings, strict } = workerData as WorkerSetup;

function onBroken(image: BrokenImage): void {
  if (strict) throw new CliError(`${image.message}; data.strict allows none`);
  parentPort!.postMessage({ broken: image } satisfies WorkerAnswer);
}

let last = Promise.resolve();

parentPort!.on('message', ({ id, request, buffer }: WorkerJob) => {
  last = last.then(async () => {
    try {
      await fillInputs(images, request, settings, new Float32Array(buffer), onBroken);
      parentPort!.postMessage({ id, buffer } satisfies WorkerAnswer, [buffer]);
    } catch (error) {
      parentPort!.postMessage({ id, error: (error as Error).message } satisfies WorkerAnswer);
    }
  });
});
