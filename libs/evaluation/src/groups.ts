import { peopleOf, type People } from './bootstrap-pairs.ts';
import { bootstrapInterval, resample, type BootstrapOptions } from './bootstrap.ts';
import { pairsToKeep } from './bootstrap-val.ts';
import { forEachDistanceBlock } from './distance-blocks.ts';
import { checkEmbeddings, type Embeddings } from './embeddings.ts';
import { EvaluationError } from './errors.ts';
import type { Interval } from './interval.ts';
import { SmallestPairs } from './smallest-pairs.ts';
import { falseAcceptBudget, refusalAtFar, valAtFar, type ValAtFar } from './val-at-far.ts';

// How a model does on parts of its images: pairs within one value of an attribute, and pairs across two of them. One
// threshold is used by everyone, so what a group suffers from it is its VAL and FAR at the threshold of all pairs; what the
// group's embeddings could do is its VAL at a threshold of its own.

/** The value of an attribute on each image: an index into `values`, −1 where it is not known. */
export interface Attribute {
  readonly name: string;
  readonly values: readonly string[];
  readonly of: Int32Array;
}

/** A share with what it was counted from; the reason where there is nothing to count. */
export interface CountedShare {
  readonly value: number | null;
  readonly count: number;
  readonly of: number;
  readonly interval: Interval | null;
}

export interface GroupRow {
  readonly attribute: string;
  /** null: pairs across two values. */
  readonly value: string | null;
  readonly images: number;
  readonly identities: number;
  /** At the threshold of all pairs: same-person pairs accepted, and pairs of two people accepted. */
  readonly val: CountedShare;
  readonly far: CountedShare;
  /** At a threshold of its own for the FAR, or why its pairs cannot say. */
  readonly own: (ValAtFar & { readonly interval: Interval | null; readonly refused?: undefined }) | { readonly far: number; readonly refused: string };
}

export interface GroupOptions extends BootstrapOptions {
  readonly far: number;
  /** Of all pairs. */
  readonly threshold: number;
}

const usualGroupResamples = 500;

/** A row for each value of each attribute, then one for pairs across its values. All pairs of images, one pass. */
export function measureGroups(
  embeddings: Embeddings, labels: Int32Array, attributes: readonly Attribute[],
  { far, threshold, seed = 1, resamples = usualGroupResamples }: GroupOptions,
): GroupRow[] {
  checkEmbeddings(embeddings);
  const people = peopleOf(labels);
  for (const { name, of } of attributes) {
    if (of.length !== labels.length) throw new EvaluationError(`attribute '${name}': ${of.length} values for ${labels.length} images`);
  }
  const collected = attributes.map((attribute) => new AttributePairs(attribute, people, far));
  forEachDistanceBlock(embeddings, ({ top, left, rows, cols, distances, stride }) => {
    for (let r = 0; r < rows; r++) {
      for (let c = top === left ? r + 1 : 0; c < cols; c++) {
        for (const pairs of collected) pairs.add(top + r, left + c, distances[r * stride + c]!, threshold);
      }
    }
  });
  return collected.flatMap((pairs) => pairs.rows({ far, threshold, seed, resamples }));
}

/** Pairs of one attribute: those within each value, then those across. */
class AttributePairs {
  readonly #attribute: Attribute;
  readonly #people: People;
  readonly #groups: readonly Group[];

  constructor(attribute: Attribute, people: People, far: number) {
    this.#attribute = attribute;
    this.#people = people;
    const within = attribute.values.map((_, value) => countImages(people, (row) => attribute.of[row] === value));
    const any = countImages(people, (row) => attribute.of[row]! >= 0);
    const groups = within.map((images) => new Group(images, (times) => strangers(images, times), far));
    const across = new Group(any, (times) => strangers(any, times) - within.reduce((sum, images) => sum + strangers(images, times), 0), far);
    this.#groups = [...groups, across];
  }

  add(first: number, second: number, distance: number, threshold: number): void {
    const { of } = this.#attribute;
    const [a, b] = [of[first]!, of[second]!];
    if (a < 0 || b < 0) return;
    const group = this.#groups[a === b ? a : this.#groups.length - 1]!;
    group.add(this.#people.of[first]!, this.#people.of[second]!, distance, threshold);
  }

  rows(options: Required<GroupOptions>): GroupRow[] {
    const { name, values } = this.#attribute;
    return this.#groups.map((group, value) => ({ attribute: name, value: values[value] ?? null, ...group.measure(options) }));
  }
}

class Group {
  /** Of each person. */
  readonly #images: Int32Array;
  readonly #strangers: (times: Uint16Array) => number;
  readonly #same: { distance: number; person: number }[] = [];
  readonly #falseAccepts: { first: number; second: number }[] = [];
  readonly #closest: SmallestPairs;

  constructor(images: Int32Array, pairsDifferent: (times: Uint16Array) => number, far: number) {
    this.#images = images;
    this.#strangers = pairsDifferent;
    this.#closest = new SmallestPairs(pairsToKeep(far, pairsDifferent(once(images))));
  }

  add(first: number, second: number, distance: number, threshold: number): void {
    if (first === second) {
      this.#same.push({ distance, person: first });
      return;
    }
    if (distance < threshold) this.#falseAccepts.push({ first, second });
    if (distance < this.#closest.cutoff) this.#closest.add(distance, first, second);
  }

  measure({ far, threshold, seed, resamples }: Required<GroupOptions>): Omit<GroupRow, 'attribute' | 'value'> {
    const people = this.#images.length;
    const pairsDifferent = this.#strangers(once(this.#images));
    const same = this.#same.sort((a, b) => a.distance - b.distance);
    const accepted = same.filter(({ distance }) => distance < threshold);
    const intervalOf = (figure: (times: Uint16Array) => number): Interval | null => {
      if (people < 2) return null;
      const figures = resample(people, figure, { seed, resamples });
      // Where half of the draws have no such pair, the others say little.
      return figures.filter((value) => !Number.isNaN(value)).length > figures.length / 2 ? bootstrapInterval(figures) : null;
    };
    const drawn = (pairs: readonly { person: number }[], times: Uint16Array): number => pairs.reduce((sum, { person }) => sum + times[person]!, 0);
    const share = (count: number, of: number, figure: (times: Uint16Array) => number): CountedShare => (
      of === 0 ? { value: null, count, of, interval: null } : { value: count / of, count, of, interval: intervalOf(figure) }
    );
    return {
      images: this.#images.reduce((sum, count) => sum + count, 0),
      identities: this.#images.filter((count) => count > 0).length,
      val: share(accepted.length, same.length, (times) => drawn(accepted, times) / drawn(same, times)),
      far: share(this.#falseAccepts.length, pairsDifferent, (times) => (
        this.#falseAccepts.reduce((sum, { first, second }) => sum + times[first]! * times[second]!, 0) / this.#strangers(times)
      )),
      own: this.#own(far, pairsDifferent, intervalOf),
    };
  }

  #own(far: number, pairsDifferent: number, intervalOf: (figure: (times: Uint16Array) => number) => Interval | null): GroupRow['own'] {
    if (this.#same.length === 0) return { far, refused: 'no two images of one person' };
    const refused = refusalAtFar({ pairsDifferent }, far);
    if (refused !== undefined) return { far, refused };
    const { different, first, second } = this.#closest.sorted();
    const val = valAtFar({ same: Float64Array.from(this.#same, ({ distance }) => distance), different, pairsDifferent }, far);
    const interval = intervalOf((times) => {
      const strangersDrawn = this.#strangers(times);
      const budget = strangersDrawn > 0 ? falseAcceptBudget(far, strangersDrawn) : 0;
      if (budget === 0) return NaN;
      let at = 0;
      for (let accepts = 0; at < different.length; at++) {
        accepts += times[first[at]!]! * times[second[at]!]!;
        if (accepts > budget) break;
      }
      // A draw that needs more of the closest pairs than were kept says nothing.
      if (at === different.length) return NaN;
      let [accepted, all] = [0, 0];
      for (const { distance, person } of this.#same) {
        all += times[person]!;
        if (distance < different[at]!) accepted += times[person]!;
      }
      return accepted / all;
    });
    return { ...val, interval };
  }
}

function countImages({ of, count }: People, belongs: (row: number) => boolean): Int32Array {
  const images = new Int32Array(count);
  of.forEach((person, row) => { if (belongs(row)) images[person]!++; });
  return images;
}

/** Pairs of images of two people, when each was drawn `times`; copies of a person do not pair with each other. */
function strangers(images: Int32Array, times: Uint16Array): number {
  let [drawn, squares] = [0, 0];
  for (let person = 0; person < images.length; person++) {
    const count = times[person]! * images[person]!;
    drawn += count;
    squares += count * count;
  }
  return (drawn * drawn - squares) / 2;
}

function once(images: Int32Array): Uint16Array {
  return new Uint16Array(images.length).fill(1);
}
