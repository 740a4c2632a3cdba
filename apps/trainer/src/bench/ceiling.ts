import { OnnxBuilder } from '@facenet/export';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const side = 1024;

/** A 1024³ matrix product by the runtime that trains: the most that any network could reach on this machine. */
export class Ceiling {
  readonly #session: InferenceSession;
  readonly #feeds: InferenceSession.FeedsType;
  readonly #gflops: number[] = [];

  static async open(threads: number): Promise<Ceiling> {
    const model = new OnnxBuilder({ name: 'ceiling' });
    const a = model.input('a', 'float32', [side, side]);
    const b = model.input('b', 'float32', [side, side]);
    model.output('c', model.node('MatMul', [a, b]), 'float32', [side, side]);
    const ceiling = new Ceiling(await InferenceSession.create(model.encode(), { intraOpNumThreads: threads }));
    await ceiling.#session.run(ceiling.#feeds);
    return ceiling;
  }

  private constructor(session: InferenceSession) {
    const matrix = (phase: number): Tensor => new Tensor('float32', Float32Array.from({ length: side * side }, (_, i) => Math.sin(i + phase)), [side, side]);
    this.#session = session;
    this.#feeds = { a: matrix(0), b: matrix(1) };
  }

  /** One of many short measurements, to be taken between those of what is compared: machines change speed. */
  async sample(products = 5): Promise<void> {
    const start = performance.now();
    for (let i = 0; i < products; i++) await this.#session.run(this.#feeds);
    this.#gflops.push((products * 2 * side ** 3) / ((performance.now() - start) * 1e6));
  }

  get gflops(): number {
    return median(this.#gflops);
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
