type Arrays = ReadonlyMap<string, Float32Array>;

/**
 * An exponential moving average of weights (Polyak and Juditsky 1992), running statistics included. Young averages
 * follow faster, by (1 + t) / (10 + t), so that the first weights do not linger.
 */
export class MovingAverage {
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly #decay: number;

  constructor(decay: number, start: Arrays) {
    this.#decay = decay;
    this.weights = new Map([...start].map(([name, values]) => [name, Float32Array.from(values)]));
  }

  /** Takes in the weights after step `step`, counted from 1. */
  follow(current: Arrays, step: number): void {
    const kept = Math.min(this.#decay, (1 + step) / (10 + step));
    for (const [name, average] of this.weights) {
      const values = current.get(name)!;
      for (let i = 0; i < average.length; i++) average[i] = kept * average[i]! + (1 - kept) * values[i]!;
    }
  }

  /** Runs `body` while the live weights hold the average. */
  async within<T>(live: Arrays, body: () => Promise<T>): Promise<T> {
    const kept = new Map([...live].map(([name, values]) => [name, Float32Array.from(values)]));
    try {
      for (const [name, average] of this.weights) live.get(name)!.set(average);
      return await body();
    } finally {
      for (const [name, values] of kept) live.get(name)!.set(values);
    }
  }
}
