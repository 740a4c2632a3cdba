import type { Opened, OpenJob } from './model-worker.ts';
import { Thread } from './thread.ts';

/** A model that runs on a thread of its own, so that the event loop never waits for a network. */
export class ModelThread {
  readonly #thread: Thread;
  readonly opened: Opened;

  private constructor(thread: Thread, opened: Opened) {
    this.#thread = thread;
    this.opened = opened;
  }

  /** Ready: checked against the bundle's own vectors, and warm. A BundleError or ProviderError says why it cannot be. */
  static async open(job: OpenJob): Promise<ModelThread> {
    const thread = new Thread('model', new URL('./model-worker.mjs', import.meta.url));
    try {
      return new ModelThread(thread, await thread.ask('open', job) as Opened);
    } catch (error) {
      await thread.dispose();
      throw error;
    }
  }

  /** Unit vectors of inputs [3, rows, cols]; the buffers are handed over. */
  async run(inputs: readonly ArrayBuffer[]): Promise<Float32Array[]> {
    const all = await this.#thread.ask('run', inputs, inputs) as Float32Array;
    const size = all.length / inputs.length;
    return inputs.map((_, i) => all.slice(i * size, (i + 1) * size));
  }

  async dispose(): Promise<void> {
    // A thread that is gone has released everything already.
    await this.#thread.ask('close', undefined).catch(() => undefined);
    await this.#thread.dispose();
  }
}
