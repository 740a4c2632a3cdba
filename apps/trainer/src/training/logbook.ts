import { formatSeconds, type Progress } from '../cli/progress.ts';
import type { RunClock } from './clock.ts';
import type { HeldOutResult } from './held-out.ts';
import type { LogLengths, MetricsSink } from './metrics-log.ts';
import { Window, type WindowState } from './window.ts';

interface LogbookOptions {
  readonly log: MetricsSink;
  readonly window: WindowState;
  readonly progress: Progress;
  readonly clock: RunClock;
  readonly batchSize: number;
  /** How far the run was when this process took over, 0 … 1. */
  readonly startShare: number;
}

export interface Moment {
  readonly step: number;
  readonly learningRate: number;
  /** Milliseconds that the engine waited for data since the last line. */
  readonly waited: number;
  /** How far the run is, 0 … 1. */
  readonly share: number;
}

/** Says how a run goes: to the files, and on the terminal. */
export class Logbook {
  readonly #options: LogbookOptions;
  readonly #window: Window;
  #steps = 0;
  #since = performance.now();

  constructor(options: LogbookOptions) {
    this.#options = options;
    this.#window = new Window(options.window);
  }

  get window(): WindowState {
    return this.#window.state;
  }

  /** Takes in one step's measurements. */
  add(measured: Readonly<Record<string, number | null>>): void {
    this.#window.add(measured);
    this.#steps++;
  }

  /** Writes the means since the last line. */
  train({ step, learningRate, waited, share }: Moment): void {
    const { log, clock, progress, batchSize, startShare } = this.#options;
    const milliseconds = performance.now() - this.#since;
    const imagesPerSecond = (1000 * this.#steps * batchSize) / milliseconds;
    const waitShare = waited / milliseconds;
    const means = this.#window.take();
    log.write({ kind: 'train', step, values: { ...means, learningRate }, time: { ...clock.stamp(), imagesPerSecond, waitShare } });
    const left = (60 * clock.sessionMinutes * (1 - share)) / (share - startShare);
    progress.update(share, [
      `step ${step}`, `loss ${fixed(means['loss'])}`, `d(a,p) ${fixed(means['positiveDistance'])}`, `d(a,n) ${fixed(means['negativeDistance'])}`,
      `${imagesPerSecond.toFixed(0)} images/s`, `waits ${(100 * waitShare).toFixed(0)} %`, `${formatSeconds(left)} left`,
    ].join(' · '));
    this.restart();
  }

  /** What comes now is not training: the next rate does not count it. */
  restart(): void {
    this.#steps = 0;
    this.#since = performance.now();
  }

  evaluation(step: number, { accuracy, accuracyError, across, val, values }: HeldOutResult): void {
    const { log, clock, progress } = this.#options;
    log.write({ kind: 'evaluation', step, values, time: clock.stamp() });
    const parts = [`held-out accuracy ${(100 * accuracy).toFixed(2)} ± ${(100 * accuracyError).toFixed(2)} %`];
    if (across) parts.push(`against the reference ${(100 * across.accuracy).toFixed(2)} ± ${(100 * across.accuracyError).toFixed(2)} %`);
    if (val) parts.push(`VAL ${(100 * val.value).toFixed(2)} % at FAR ${val.far}`);
    progress.line(`step ${step}: ${parts.join(', ')}`);
  }

  note(step: number, message: string): void {
    const { log, clock, progress } = this.#options;
    log.write({ kind: 'note', step, values: { message }, time: clock.stamp() });
    progress.line(message);
  }

  /** Brings the files to the disk and says how long they are. */
  sync(): LogLengths {
    return this.#options.log.sync();
  }

  close(): void {
    this.#options.log.close();
  }
}

function fixed(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(3);
}
