import { bootstrapInterval, resample, type BootstrapOptions } from './bootstrap.ts';
import { checkEmbeddings, countOf, type Embeddings } from './embeddings.ts';
import { EvaluationError } from './errors.ts';
import { answerQueries, closedSet, type Answer, type ClosedSet, type Labelled } from './identification.ts';
import { openSetAt, openSetCurveOf, type OpenSet, type OpenSetCurve } from './identification-open-set.ts';
import type { Interval } from './interval.ts';
import { falseAcceptBudget } from './val-at-far.ts';

/** Identification on the images of some people, one image of each enrolled. */
export interface Identification {
  /** Everyone with two images or more is enrolled by the first; all their others ask. */
  readonly closed: ClosedSet & { readonly enrolled: number; readonly interval: Interval };
  /** Every other one of them is enrolled; everyone's other images ask, and those of the rest are strangers. */
  readonly open:
    | (OpenSet & { readonly enrolled: number; readonly interval: Interval; readonly curve: OpenSetCurve; readonly refused?: undefined })
    | { readonly fpir: number; readonly refused: string };
}

export interface IdentificationOptions extends BootstrapOptions {
  /** Rate of strangers who may be named. */
  readonly fpir?: number;
  /** Of the CMC. */
  readonly ranks?: number;
}

/** Rank-k and open-set identification by a fixed protocol without chance; intervals are drawn over the people who ask. */
export function measureIdentification(
  embeddings: Embeddings, labels: Int32Array, { fpir = 1e-2, ranks = 10, ...resampling }: IdentificationOptions = {},
): Identification {
  checkEmbeddings(embeddings);
  if (labels.length !== countOf(embeddings)) throw new EvaluationError(`${countOf(embeddings)} embeddings, but ${labels.length} labels`);
  const { firsts, others, shownOnce } = divide(labels);
  if (firsts.length < 2) throw new EvaluationError(`identification: expected at least 2 people with two images, got ${firsts.length}`);
  const take = (rows: readonly number[]): Labelled => takeRows(embeddings, labels, rows);
  const all = take(others);
  const answers = answerQueries(take(firsts), all);
  const closed = closedSet(answers, ranks);
  return {
    closed: { ...closed, enrolled: firsts.length, interval: intervalOf(all.labels, resampling, rankOneOf(answers)) },
    open: measureOpen(take, { firsts, others, shownOnce }, labels, fpir, resampling),
  };
}

interface Division {
  /** The first image of everyone with two or more, in order of appearance. */
  readonly firsts: readonly number[];
  /** Their other images. */
  readonly others: readonly number[];
  /** The only image of everyone else. */
  readonly shownOnce: readonly number[];
}

function divide(labels: Int32Array): Division {
  const rowsOf = new Map<number, number[]>();
  labels.forEach((label, row) => {
    const rows = rowsOf.get(label);
    if (rows) rows.push(row);
    else rowsOf.set(label, [row]);
  });
  const people = [...rowsOf.values()];
  const often = people.filter(({ length }) => length > 1);
  return {
    firsts: often.map(([first]) => first!),
    others: often.flatMap((rows) => rows.slice(1)),
    shownOnce: people.filter(({ length }) => length === 1).map(([only]) => only!),
  };
}

function measureOpen(
  take: (rows: readonly number[]) => Labelled, { firsts, others, shownOnce }: Division, labels: Int32Array, fpir: number, resampling: BootstrapOptions,
): Identification['open'] {
  const enrolled = firsts.filter((_, person) => person % 2 === 0);
  const known = new Set(enrolled.map((row) => labels[row]!));
  const strangers = firsts.filter((row) => !known.has(labels[row]!));
  const asked = take([...others, ...strangers, ...shownOnce]);
  const answers = answerQueries(take(enrolled), asked);
  const unknown = answers.filter(({ rank }) => rank === undefined).length;
  if (falseAcceptBudget(fpir, unknown) === 0) {
    return { fpir, refused: `FPIR ${fpir} allows no false positive among ${unknown} unknown queries: at least ${Math.ceil(1 / fpir)} are needed` };
  }
  return {
    ...openSetAt(answers, fpir), enrolled: enrolled.length,
    interval: intervalOf(asked.labels, resampling, foundOf(answers, fpir)),
    curve: openSetCurveOf(answers),
  };
}

/** A share of queries, each counted `weight(query)` times; NaN where it has none. */
type WeightedShare = (weight: (query: number) => number) => number;

function intervalOf(labels: Int32Array, resampling: BootstrapOptions, share: WeightedShare): Interval {
  const people = new Map([...new Set(labels)].map((label, person) => [label, person]));
  const personOf = Int32Array.from(labels, (label) => people.get(label)!);
  return bootstrapInterval(resample(people.size, (times) => share((query) => times[personOf[query]!]!), { resamples: 500, ...resampling }));
}

function rankOneOf(answers: readonly Answer[]): WeightedShare {
  return (weight) => {
    let [found, asked] = [0, 0];
    answers.forEach(({ rank }, query) => {
      asked += weight(query);
      if (rank === 1) found += weight(query);
    });
    return found / asked;
  };
}

/** The threshold is chosen anew from the strangers drawn, since it varies as well. */
function foundOf(answers: readonly Answer[], fpir: number): WeightedShare {
  const queries = [...answers.keys()];
  const known = queries.filter((query) => answers[query]!.rank !== undefined);
  const strangers = queries.filter((query) => answers[query]!.rank === undefined).sort((a, b) => answers[a]!.closest - answers[b]!.closest);
  return (weight) => {
    const budget = falseAcceptBudget(fpir, strangers.reduce((sum, query) => sum + weight(query), 0));
    if (budget === 0) return NaN;
    let named = 0;
    const limit = answers[strangers.find((query) => (named += weight(query)) > budget)!]!.closest;
    let [found, asked] = [0, 0];
    for (const query of known) {
      const { rank, own } = answers[query]!;
      asked += weight(query);
      if (rank === 1 && own! < limit) found += weight(query);
    }
    return found / asked;
  };
}

function takeRows({ data, size }: Embeddings, labels: Int32Array, rows: readonly number[]): Labelled {
  const taken = new Float32Array(rows.length * size);
  rows.forEach((row, i) => taken.set(data.subarray(row * size, (row + 1) * size), i * size));
  return { embeddings: { data: taken, size }, labels: Int32Array.from(rows, (row) => labels[row]!) };
}
