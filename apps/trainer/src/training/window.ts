/** Means of what was measured since the last log line. Its state goes into checkpoints, bit for bit. */
export class Window {
  #sums: Record<string, Sum>;

  constructor(state: WindowState = {}) {
    this.#sums = structuredClone(state);
  }

  /** Null means that there was nothing to measure, and does not count. */
  add(values: Readonly<Record<string, number | null>>): void {
    for (const [name, value] of Object.entries(values)) {
      if (value === null) continue;
      const sum = (this.#sums[name] ??= { total: 0, count: 0 });
      sum.total += value;
      sum.count++;
    }
  }

  /** The means, and a fresh start. */
  take(): Record<string, number> {
    const means = Object.fromEntries(Object.entries(this.#sums).map(([name, { total, count }]) => [name, total / count]));
    this.#sums = {};
    return means;
  }

  get state(): WindowState {
    return structuredClone(this.#sums);
  }
}

interface Sum {
  total: number;
  count: number;
}

export type WindowState = Readonly<Record<string, Readonly<Sum>>>;
