import { Worker } from 'node:worker_threads';
import type { InferenceSession } from 'onnxruntime-node';
import type { Shape } from '@facenet/architecture';
import type { Place } from './shared-arrays.ts';

export interface LaneSetup {
  readonly weights: SharedArrayBuffer;
  readonly weightPlaces: readonly (Place & { readonly shape: Shape })[];
  readonly gradients: SharedArrayBuffer;
  readonly gradientPlaces: readonly (Place & { readonly output: string })[];
  readonly sessionOptions: InferenceSession.SessionOptions;
}

export type LaneInputs = Readonly<Record<string, { readonly data: Float32Array<ArrayBuffer>; readonly shape: Shape }>>;

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that runs models one micro-batch at a time; this side of it. */
export class Lane {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #failure: Error | undefined;

  constructor(setup: LaneSetup) {
    this.#worker = new Worker(new URL('./lane-worker.mjs', import.meta.url), { workerData: setup });
    this.#worker.on('message', (answer: { id: number; result?: unknown; error?: string }) => {
      const pending = this.#pending.get(answer.id)!;
      this.#pending.delete(answer.id);
      if (answer.error === undefined) pending.resolve(answer.result);
      else pending.reject(new Error(`training lane: ${answer.error}`));
    });
    this.#worker.on('error', (error) => { this.#fail(error instanceof Error ? error : new Error(String(error))); });
    this.#worker.on('exit', (code) => { this.#fail(new Error(`training lane: its thread ended with code ${code}`)); });
  }

  async open(name: string, model: Uint8Array): Promise<void> {
    await this.#ask('open', { name, model });
  }

  async refreshWeights(): Promise<void> {
    await this.#ask('refreshWeights', undefined);
  }

  /** The inputs are handed over: they must not be read afterwards. */
  async run(name: string, inputs: LaneInputs): Promise<Readonly<Record<string, Float32Array>>> {
    return await this.#ask('run', { name, inputs }, buffersOf(inputs)) as Readonly<Record<string, Float32Array>>;
  }

  /** Adds the outputs to this lane's gradients, or with `first` writes them there. */
  async accumulate(name: string, inputs: LaneInputs, first: boolean): Promise<void> {
    await this.#ask('accumulate', { name, inputs, first }, buffersOf(inputs));
  }

  async dispose(): Promise<void> {
    if (this.#failure === undefined) await this.#ask('close', undefined);
    this.#failure ??= new Error('training lane: used after dispose()');
    await this.#worker.terminate();
  }

  #ask(command: string, argument: unknown, transfer: ArrayBuffer[] = []): Promise<unknown> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ id, command, argument }, transfer);
    });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
  }
}

function buffersOf(inputs: LaneInputs): ArrayBuffer[] {
  return Object.values(inputs).map(({ data }) => data.buffer);
}
