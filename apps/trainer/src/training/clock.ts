/** Time spent on a run, over all its resumptions. */
export class RunClock {
  readonly #before: number;
  readonly #start = performance.now();

  constructor(minutesBefore: number) {
    this.#before = minutesBefore;
  }

  get minutes(): number {
    return this.#before + this.sessionMinutes;
  }

  /** Since this process took over. */
  get sessionMinutes(): number {
    return (performance.now() - this.#start) / 60_000;
  }

  /** What every log line carries. */
  stamp(): { at: string; minutes: number } {
    return { at: new Date().toISOString(), minutes: this.minutes };
  }
}
