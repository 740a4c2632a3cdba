/** Images a second of late: what a queue's length is worth in time. */
export class Pace {
  #millisecondsEach: number | undefined;

  /** Older batches count for less: half as much after some 200 images. */
  add(images: number, milliseconds: number): void {
    const each = milliseconds / images;
    const weight = 1 - 0.5 ** (images / 200);
    this.#millisecondsEach = this.#millisecondsEach === undefined ? each : this.#millisecondsEach + weight * (each - this.#millisecondsEach);
  }

  /** How long so many images take, in whole seconds: at least one, and no more than a minute, since nobody waits longer. */
  secondsFor(images: number): number {
    const seconds = Math.ceil((images * (this.#millisecondsEach ?? 0)) / 1000);
    return Math.min(60, Math.max(1, seconds));
  }
}
