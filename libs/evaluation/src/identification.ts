import { checkEmbeddings, countOf, type Embeddings } from './embeddings.ts';
import { EvaluationError } from './errors.ts';
import { falseAcceptBudget } from './val-at-far.ts';

export interface Labelled {
  readonly embeddings: Embeddings;
  readonly labels: Int32Array;
}

export interface ClosedSet {
  /** Share of queries whose person is the closest: cmc[0]. */
  readonly rank1: number;
  /** cmc[k − 1]: share of queries whose person is among the k closest people. */
  readonly cmc: readonly number[];
  readonly queries: number;
  /** Queries whose person is not in the gallery; not part of any share. */
  readonly withoutMate: number;
}

/** Who is it, when everyone asked for is known. People are ranked by their closest image; a tie counts as a miss. */
export function identifyClosedSet(gallery: Labelled, queries: Labelled, ranks = 10): ClosedSet {
  const answers = answerAll(gallery, queries);
  const mated = answers.filter(({ rank }) => rank !== undefined);
  if (mated.length === 0) throw new EvaluationError('identification: no query has its person in the gallery');
  const within = (k: number): number => mated.filter(({ rank }) => rank! <= k).length / mated.length;
  const cmc = Array.from({ length: ranks }, (_, k) => within(k + 1));
  return { rank1: within(1), cmc, queries: mated.length, withoutMate: answers.length - mated.length };
}

export interface OpenSet {
  readonly fpir: number;
  readonly threshold: number;
  /** Share of known queries that are found: closest person right, and closer than the threshold. */
  readonly value: number;
  readonly known: number;
  readonly unknown: number;
  /** Unknown queries that were given a name. */
  readonly falsePositives: number;
}

/** Detection and identification rate at the largest threshold that names at most `fpir` of the unknown queries. */
export function identifyOpenSet(gallery: Labelled, queries: Labelled, fpir: number): OpenSet {
  const answers = answerAll(gallery, queries);
  const known = answers.filter(({ rank }) => rank !== undefined);
  const strangers = Float64Array.from(answers.filter(({ rank }) => rank === undefined), ({ closest }) => closest).sort();
  const budget = falseAcceptBudget(fpir, strangers.length);
  if (budget === 0) {
    throw new EvaluationError(`FPIR ${fpir} allows no false positive among ${strangers.length} unknown queries: at least ${Math.ceil(1 / fpir)} are needed`);
  }
  if (known.length === 0) throw new EvaluationError('identification: no query has its person in the gallery');
  const threshold = strangers[budget]!;
  const found = known.filter(({ rank, closest }) => rank === 1 && closest < threshold).length;
  return {
    fpir,
    threshold,
    value: found / known.length,
    known: known.length,
    unknown: strangers.length,
    falsePositives: strangers.filter((distance) => distance < threshold).length,
  };
}

interface Answer {
  /** Distance to the closest image of anyone. */
  readonly closest: number;
  /** 1 when the query's person is strictly closest; undefined when that person is not in the gallery. */
  readonly rank: number | undefined;
}

function answerAll(gallery: Labelled, queries: Labelled): Answer[] {
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
    if (mate === undefined) return { closest, rank: undefined };
    const own = nearest[mate]!;
    return { closest, rank: nearest.reduce((rank, distance) => rank + Number(distance <= own), 0) };
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
