/** Counts who uses something, so that it is released only when nobody does. */
export class Holds {
  #count = 0;
  readonly #waiting: (() => void)[] = [];

  /** The result lets go. */
  hold(): () => void {
    this.#count++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#count--;
      if (this.#count === 0) for (const tell of this.#waiting.splice(0)) tell();
    };
  }

  /** Ends when nobody holds it. */
  released(): Promise<void> {
    return this.#count === 0 ? Promise.resolve() : new Promise((resolve) => { this.#waiting.push(resolve); });
  }
}
