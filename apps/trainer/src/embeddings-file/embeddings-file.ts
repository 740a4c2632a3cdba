import { UsageError } from '../cli/errors.ts';

/** Embeddings of images, each with the image's path: one face of one image per row. */
export interface EmbeddingsFile {
  /** Numbers per vector. */
  readonly size: number;
  /** Paths relative to the folder of images, with '/', such as `Zico/Zico_0003.jpg`; no two are the same. */
  readonly keys: readonly string[];
  /** [keys, size], unit vectors. */
  readonly data: Float32Array;
  readonly spaceId?: string;
  readonly modelId?: string;
  /** How many vectors were of another length than 1 in the file and have been divided by it. */
  readonly normalised: number;
}

/** One image, written as its path however the system that named it writes paths. */
export function keyOf(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(\.\/+)+/, '');
}

// Float32 vectors that were normalised are off by 1e-7; anything beyond this was not, or was stored in fewer bits.
const unitTolerance = 1e-5;

/** Gathers rows as a format's reader finds them; the errors name the place in the file. */
export class RowCollector {
  readonly #file: string;
  readonly #keys: string[] = [];
  readonly #placeOf = new Map<string, string>();
  #data = new Float32Array(0);
  #size: number | undefined;
  #normalised = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** `place` is where in the file the row stands, such as 'line 3'. */
  add(path: string, values: ArrayLike<number>, place: string): void {
    const key = this.#newKey(path, place);
    const size = (this.#size ??= values.length);
    if (size === 0) throw new UsageError(`${this.#file}: ${place}: '${key}' has no numbers`);
    if (values.length !== size) {
      throw new UsageError(`${this.#file}: ${place}: '${key}' has ${values.length} numbers, the vectors before it ${size}`);
    }
    const scale = this.#scaleToUnit(values, key, place);
    const start = this.#keys.length * size;
    this.#reserve(start + size);
    for (let i = 0; i < size; i++) this.#data[start + i] = values[i]! * scale;
    this.#keys.push(key);
  }

  finish(about: Pick<EmbeddingsFile, 'spaceId' | 'modelId'> = {}): EmbeddingsFile {
    if (this.#size === undefined) throw new UsageError(`${this.#file}: holds no embedding`);
    return {
      size: this.#size, keys: this.#keys, data: this.#data.slice(0, this.#keys.length * this.#size), normalised: this.#normalised, ...about,
    };
  }

  #newKey(path: string, place: string): string {
    const key = keyOf(path);
    if (key === '') throw new UsageError(`${this.#file}: ${place}: expected the path of an image, got none`);
    const earlier = this.#placeOf.get(key);
    if (earlier !== undefined) throw new UsageError(`${this.#file}: ${place}: '${key}' has an embedding already, in ${earlier}`);
    this.#placeOf.set(key, place);
    return key;
  }

  #scaleToUnit(values: ArrayLike<number>, key: string, place: string): number {
    let squares = 0;
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) throw new UsageError(`${this.#file}: ${place}: number ${i + 1} of '${key}' is ${values[i]}; expected a finite one`);
      squares += values[i]! * values[i]!;
    }
    const length = Math.sqrt(squares);
    if (!(length > 0 && length < Infinity)) {
      throw new UsageError(`${this.#file}: ${place}: '${key}' has length ${length}; expected a vector with a direction`);
    }
    if (Math.abs(length - 1) <= unitTolerance) return 1;
    this.#normalised++;
    return 1 / length;
  }

  #reserve(length: number): void {
    if (length <= this.#data.length) return;
    const grown = new Float32Array(Math.max(length, 2 * this.#data.length));
    grown.set(this.#data);
    this.#data = grown;
  }
}
