/** Those that are nearest so far, in order; few, so that inserting into a list is cheaper than a heap. */
export class Nearest {
  readonly found: { readonly place: number; readonly distance: number }[] = [];
  /** What is not below it is not among them. */
  farthest = Infinity;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(place: number, distance: number): void {
    if (!(distance < this.farthest)) return;
    let index = this.found.length;
    while (index > 0 && this.found[index - 1]!.distance > distance) index--;
    this.found.splice(index, 0, { place, distance });
    if (this.found.length > this.#limit) this.found.pop();
    if (this.found.length === this.#limit) this.farthest = this.found.at(-1)!.distance;
  }
}
