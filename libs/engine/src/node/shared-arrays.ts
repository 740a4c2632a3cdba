/** Named arrays that lie one after the other in one piece of memory which all threads see. */
export class SharedArrays {
  readonly memory: SharedArrayBuffer;
  readonly places: readonly Place[];
  readonly arrays: ReadonlyMap<string, Float32Array>;

  constructor(sizes: ReadonlyMap<string, number>) {
    let length = 0;
    this.places = [...sizes].map(([name, size]) => {
      const place = { name, offset: length, size };
      length += size;
      return place;
    });
    this.memory = new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT);
    this.arrays = new Map(this.places.map(({ name, offset, size }) => (
      [name, new Float32Array(this.memory, offset * Float32Array.BYTES_PER_ELEMENT, size)]
    )));
  }

  /** Everything as one array. */
  get all(): Float32Array {
    return new Float32Array(this.memory);
  }
}

/** Where an array starts and how many numbers it has. */
export interface Place {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}
