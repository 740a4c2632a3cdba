// SHA-256 (FIPS 180-4) over bytes that come in pieces: WebCrypto digests only what is in memory as a whole.

/** The first 32 bits of the fractional parts of a root (the power 1/2 or 1/3) of the first primes. */
function primeRoots(count: number, power: number): Int32Array {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return Int32Array.from(primes, (prime) => Math.floor((prime ** power % 1) * 2 ** 32) | 0);
}

const initial = primeRoots(8, 1 / 2);
const constants = primeRoots(64, 1 / 3);
const blockBytes = 64;

const rotated = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

export class Sha256 {
  // Signed, since engines add such numbers faster; only the digest is written unsigned.
  readonly #state = Int32Array.from(initial);
  readonly #block = new Uint8Array(blockBytes);
  readonly #schedule = new Int32Array(64);
  #filled = 0;
  #bytes = 0;

  update(bytes: Uint8Array): this {
    this.#bytes += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + blockBytes - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === blockBytes) this.#compress();
    }
    return this;
  }

  /** In hexadecimal. Nothing can be added after it. */
  digest(): string {
    const bits = this.#bytes * 8;
    this.update(Uint8Array.of(0x80));
    while (this.#filled !== blockBytes - 8) this.update(Uint8Array.of(0));
    const length = new DataView(this.#block.buffer);
    length.setUint32(56, Math.floor(bits / 2 ** 32));
    length.setUint32(60, bits >>> 0);
    this.#compress();
    return [...this.#state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  #compress(): void {
    const words = this.#schedule;
    const view = new DataView(this.#block.buffer);
    for (let t = 0; t < 16; t++) words[t] = view.getInt32(4 * t);
    for (let t = 16; t < 64; t++) {
      const [early, late] = [words[t - 15]!, words[t - 2]!];
      const small = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
      const large = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
      words[t] = (words[t - 16]! + small + words[t - 7]! + large) | 0;
    }
    let [a, b, c, d, e, f, g, h] = this.#state as unknown as [number, number, number, number, number, number, number, number];
    for (let t = 0; t < 64; t++) {
      const first = (h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + ((e & f) ^ (~e & g)) + constants[t]! + words[t]!) | 0;
      const second = ((rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      // One by one: an array of eight for each of 64 rounds is slow.
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => { this.#state[i]! += word; });
    this.#filled = 0;
  }
}
