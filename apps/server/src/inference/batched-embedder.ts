import type { Manifest } from '@facenet/export';
import { parsePreprocessing, type Pixels } from '@facenet/face';
import type { Embedder, EmbedOptions, QueueLoad } from './embedder.ts';
import { MicroBatcher, type MicroBatcherOptions } from './micro-batcher.ts';
import type { PrepareJob } from './prepare-worker.ts';

/** What runs batches: a ModelThread, or what stands for it in a test. */
export interface BatchRunner {
  /** Unit vectors of inputs [3, rows, cols], which are handed over. */
  run(inputs: readonly ArrayBuffer[]): Promise<readonly Float32Array[]>;
  dispose(): Promise<void>;
}

export interface Preparer {
  prepare(crop: Pixels, model: PrepareJob['model']): Promise<ArrayBuffer>;
}

export type QueueOptions = Pick<MicroBatcherOptions<never, never>, 'maxBatch' | 'maxWaitMs' | 'capacity' | 'clock'>;

/** Crops to inputs on one set of threads, inputs to vectors on another, in batches that requests share. */
export class BatchedEmbedder implements Embedder {
  readonly #batcher: MicroBatcher<Promise<ArrayBuffer>, Float32Array>;
  readonly #runners: readonly BatchRunner[];
  readonly #preparer: Preparer;
  readonly #model: PrepareJob['model'];
  #disposed: Promise<void> | undefined;

  /** The runners are its own from now on; the preparer is not. */
  constructor(
    { inputSize: [, rows, cols], preprocessing }: Pick<Manifest, 'inputSize' | 'preprocessing'>,
    runners: readonly BatchRunner[], preparer: Preparer, options: QueueOptions,
  ) {
    this.#model = { size: [rows!, cols!], preprocessing: parsePreprocessing(preprocessing) };
    this.#runners = runners;
    this.#preparer = preparer;
    this.#batcher = new MicroBatcher({
      ...options, lanes: runners.length,
      run: async (inputs, lane) => this.#runners[lane]!.run(await Promise.all(inputs)),
    });
  }

  get load(): QueueLoad {
    return this.#batcher.load;
  }

  async embed(crops: readonly Pixels[], { signal }: EmbedOptions = {}): Promise<readonly Float32Array[]> {
    signal?.throwIfAborted();
    this.#batcher.requireRoom(crops.length);
    // Made ready while the batch before them runs.
    const inputs = crops.map((crop) => this.#prepare(crop));
    return this.#batcher.submit(inputs, signal);
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#end();
    return this.#disposed;
  }

  #prepare(crop: Pixels): Promise<ArrayBuffer> {
    const input = this.#preparer.prepare(crop, this.#model);
    // One that fails is met by its batch; one whose request was dropped is met by nobody.
    input.catch(() => undefined);
    return input;
  }

  async #end(): Promise<void> {
    await this.#batcher.drain();
    await Promise.all(this.#runners.map((runner) => runner.dispose()));
  }
}
