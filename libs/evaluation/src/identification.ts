import { checkEmbeddings, countOf, type Embeddings } from './embeddings.ts';
import { EvaluationError } from './errors.ts';

export interface Labelled {
  readonly embeddings: Embeddings;
  readonly labels: Int32Array;
}

/** What the gallery says to one query. */
export interface Answer {
  /** Distance to the closest image of anyone. */
  readonly closest: number;
  /** Distance to the closest image of the query's person; undefined when that person is not in the gallery. */
  readonly own: number | undefined;
  /** 1 when the query's person is strictly closest; undefined when that person is not in the gallery. */
  readonly rank: number | undefined;
}

export interface ClosedSet {
  /** Share of queries whose person is the closest: cmc[0]. */
  readonly rank1: number;
  /** cmc[k − 1]: share of queries whose person is among the k closest people. */
  readonly cmc: readonly number[];
  /** found[k − 1]: how many queries that are. */
  readonly found: readonly number[];
  readonly queries: number;
  /** Queries whose person is not in the gallery; not part of any share. */
  readonly withoutMate: number;
}

/** Who is it, when everyone asked for is known. People are ranked by their closest image; a tie counts as a miss. */
export function identifyClosedSet(gallery: Labelled, queries: Labelled, ranks = 10): ClosedSet {
  return closedSet(answerQueries(gallery, queries), ranks);
}

/** The figures of answers that are at hand already. */
export function closedSet(answers: readonly Answer[], ranks = 10): ClosedSet {
  const mated = matedOf(answers);
  const found = Array.from({ length: ranks }, (_, k) => mated.filter(({ rank }) => rank! <= k + 1).length);
  const cmc = found.map((count) => count / mated.length);
  return { rank1: cmc[0]!, cmc, found, queries: mated.length, withoutMate: answers.length - mated.length };
}

/** Queries whose person is in the gallery; at least one. */
export function matedOf(answers: readonly Answer[]): Answer[] {
  const mated = answers.filter(({ rank }) => rank !== undefined);
  if (mated.length === 0) throw new EvaluationError('identification: no query has its person in the gallery');
  return mated;
}

/** Asks the gallery about each query: 1 multiply-add per number, query and image of the gallery. */
export function answerQueries(gallery: Labelled, queries: Labelled): Answer[] {
  checkLabelled(gallery, 'gallery');
  checkLabelled(queries, 'queries');
  if (gallery.embeddings.size !== queries.embeddings.size) {
    throw new EvaluationError(`gallery of ${gallery.embeddings.size} numbers a face, queries of ${queries.embeddings.size}`);
  }
  if (gallery.labels.length === 0) throw new EvaluationError('identification: the gallery is empty');
  const people = new Map([...new Set(gallery.labels)].map((label, person) => [label, person]));
  const personOf = Int32Array.from(gallery.labels, (label) => people.get(label)!);
  const nearest = new Float64Array(people.size);
  return Array.from(queries.labels, (label, query): Answer => {
    nearestOfEachPerson(gallery.embeddings, personOf, queries.embeddings, query, nearest);
    const closest = nearest.reduce((least, distance) => Math.min(least, distance), Infinity);
    const mate = people.get(label);
    if (mate === undefined) return { closest, own: undefined, rank: undefined };
    const own = nearest[mate]!;
    return { closest, own, rank: nearest.reduce((rank, distance) => rank + Number(distance <= own), 0) };
  });
}

function nearestOfEachPerson(gallery: Embeddings, personOf: Int32Array, queries: Embeddings, query: number, out: Float64Array): void {
  const { data, size } = gallery;
  const start = query * size;
  out.fill(Infinity);
  for (let row = 0; row < personOf.length; row++) {
    let sum = 0;
    for (let i = 0; i < size; i++) {
      const difference = data[row * size + i]! - queries.data[start + i]!;
      sum += difference * difference;
    }
    const person = personOf[row]!;
    if (sum < out[person]!) out[person] = sum;
  }
}

function checkLabelled({ embeddings, labels }: Labelled, what: string): void {
  checkEmbeddings(embeddings);
  if (countOf(embeddings) !== labels.length) {
    throw new EvaluationError(`${what}: ${countOf(embeddings)} embeddings, but ${labels.length} labels`);
  }
}
