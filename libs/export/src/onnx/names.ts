/** Names already taken, and new ones made from hints: `conv`, `conv_1`, `conv_2`, … */
export class Names {
  readonly #taken = new Set<string>();
  readonly #next = new Map<string, number>();

  has(name: string): boolean {
    return this.#taken.has(name);
  }

  add(name: string): void {
    this.#taken.add(name);
  }

  unique(hint: string): string {
    let name = hint;
    let count = this.#next.get(hint) ?? 1;
    while (this.#taken.has(name)) name = `${hint}_${count++}`;
    this.#next.set(hint, count);
    this.#taken.add(name);
    return name;
  }
}
