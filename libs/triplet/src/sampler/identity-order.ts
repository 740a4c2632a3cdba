import { TripletError } from '../errors.ts';
import { shuffle, type RandomSource } from '../random.ts';

/** Where a sampler is: how often all identities have been through, their order this time, and the next place in it. */
export interface SamplerState {
  readonly epoch: number;
  readonly order: readonly number[];
  readonly position: number;
}

/** Deals identities in a shuffled order, each once per epoch, and shuffles again when all have been dealt. */
export class IdentityOrder {
  readonly #order: Int32Array;
  readonly #random: RandomSource;
  #position: number;
  #epoch: number;

  constructor(identities: Int32Array, random: RandomSource, state?: SamplerState) {
    this.#random = random;
    this.#order = Int32Array.from(state?.order ?? identities);
    this.#position = state?.position ?? 0;
    this.#epoch = state?.epoch ?? 0;
    if (state === undefined) shuffle(random, this.#order);
    else checkState(state, identities);
  }

  get epoch(): number {
    return this.#epoch;
  }

  state(): SamplerState {
    return { epoch: this.#epoch, order: [...this.#order], position: this.#position };
  }

  /**
   * The next identity that is not in `taken`, or undefined when all are. One that comes up again just after a shuffle
   * changes places with the next free one, so that it still has its turn in this epoch.
   */
  next(taken: ReadonlySet<number>): number | undefined {
    const order = this.#order;
    if (taken.size >= order.length) return undefined;
    if (this.#position === order.length) {
      shuffle(this.#random, order);
      this.#position = 0;
      this.#epoch++;
    }
    let free = this.#position;
    while (free < order.length && taken.has(order[free]!)) free++;
    // Only those already in the batch are left of this epoch: they give up their turn, as the batch has them.
    if (free === order.length) {
      this.#position = order.length;
      return this.next(taken);
    }
    const identity = order[free]!;
    order[free] = order[this.#position]!;
    order[this.#position++] = identity;
    return identity;
  }
}

function checkState({ order, position, epoch }: SamplerState, identities: Int32Array): void {
  const sorted = Int32Array.from(order).sort();
  const same = sorted.length === identities.length && sorted.every((identity, i) => identity === identities[i]);
  if (!same) {
    throw new TripletError(`sampler state: its order of ${order.length} identities is not one of the ${identities.length} ` +
      'of this data set; was the data set changed since the checkpoint?');
  }
  if (!Number.isInteger(position) || position < 0 || position > order.length || !Number.isInteger(epoch) || epoch < 0) {
    throw new TripletError(`sampler state: position ${position} of ${order.length} in epoch ${epoch} cannot be`);
  }
}
