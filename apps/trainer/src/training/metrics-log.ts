import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { encodeFileVersion, encodeScalars } from '../tensorboard/event.ts';

/** How long both logs were when a checkpoint was written; a resumed run goes on from there. */
export interface LogLengths {
  readonly metrics: number;
  readonly events: number;
}

export interface MetricsLine {
  readonly kind: 'train' | 'evaluation' | 'note';
  readonly step: number;
  readonly values: Readonly<Record<string, number | string>>;
  /** What the clock says; the only part of a line that differs between two identical runs. */
  readonly time: Readonly<Record<string, number | string>>;
}

// TensorBoard takes any file with `tfevents` in its name; one fixed name lets a resumed run go on in the same file.
const eventsName = 'events.out.tfevents.1.facenet';
export const metricsName = 'metrics.jsonl';

export interface MetricsSink {
  write(line: MetricsLine): void;
  /** Brings everything to the disk and says how long it is. */
  sync(): LogLengths;
  close(): void;
}

/** For processes that write nothing. */
export const noMetrics: MetricsSink = { write: () => undefined, sync: () => ({ metrics: 0, events: 0 }), close: () => undefined };

/** `metrics.jsonl` and the TensorBoard events of a run, appended line by line. */
export class MetricsLog implements MetricsSink {
  readonly #metrics: AppendFile;
  readonly #events: AppendFile;

  constructor(run: string, resumeAt?: LogLengths) {
    this.#metrics = new AppendFile(path.join(run, metricsName), resumeAt?.metrics ?? 0);
    this.#events = new AppendFile(path.join(run, eventsName), resumeAt?.events ?? 0);
    if (this.#events.length === 0) this.#events.append(encodeFileVersion(Date.now() / 1000));
  }

  write({ kind, step, values, time }: MetricsLine): void {
    this.#metrics.append(Buffer.from(`${JSON.stringify({ kind, step, ...values, time })}\n`));
    const numbers = Object.entries({ ...values, ...time }).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
    if (numbers.length === 0) return;
    const scalars = Object.fromEntries(numbers.map(([name, value]) => [`${kind}/${name}`, value]));
    this.#events.append(encodeScalars({ wallTime: Date.now() / 1000, step, scalars }));
  }

  sync(): LogLengths {
    return { metrics: this.#metrics.sync(), events: this.#events.sync() };
  }

  close(): void {
    this.#metrics.close();
    this.#events.close();
  }
}

class AppendFile {
  readonly #handle: number;
  #length: number;

  /** Opens the file with everything past `length` cut off. */
  constructor(file: string, length: number) {
    this.#handle = openSync(file, length === 0 ? 'w' : 'r+');
    const size = fstatSync(this.#handle).size;
    if (size < length) throw new Error(`${file}: has ${size} bytes, but the checkpoint was written when it had ${length}`);
    ftruncateSync(this.#handle, length);
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  append(bytes: Uint8Array): void {
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.#handle, bytes, written, bytes.length - written, this.#length + written);
    }
    this.#length += bytes.length;
  }

  sync(): number {
    fsyncSync(this.#handle);
    return this.#length;
  }

  close(): void {
    closeSync(this.#handle);
  }
}
