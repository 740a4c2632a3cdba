import { EvaluationError } from './errors.ts';
import { type Answer, answerQueries, type Labelled, matedOf } from './identification.ts';
import { countBelow, falseAcceptBudget } from './val-at-far.ts';

/** Identification when some people who ask are not in the gallery, at one threshold. */
export interface OpenSet {
  /** The false positive identification rate asked for. */
  readonly fpir: number;
  /** Named are queries closer than it. */
  readonly threshold: number;
  /** Detection and identification rate: share of known queries whose person is among the `rank` closest, and closer than the threshold. */
  readonly value: number;
  readonly found: number;
  readonly known: number;
  readonly unknown: number;
  /** Unknown queries that were given a name. */
  readonly falsePositives: number;
  /** falsePositives / unknown, at most `fpir`; less where distances tie. */
  readonly achievedFpir: number;
}

export type OpenSetPoint = Pick<OpenSet, 'fpir' | 'threshold' | 'value' | 'found' | 'falsePositives'>;

export interface OpenSetCurve {
  readonly rank: number;
  readonly known: number;
  readonly unknown: number;
  /** One for each number of false positives that can occur, none to all; `fpir` is what occurred. Nothing is interpolated. */
  readonly points: readonly OpenSetPoint[];
}

/** Detection and identification rate at the largest threshold that names at most `fpir` of the unknown queries. */
export function identifyOpenSet(gallery: Labelled, queries: Labelled, fpir: number, rank = 1): OpenSet {
  return openSetAt(answerQueries(gallery, queries), fpir, rank);
}

/** The whole curve of that rate over the rate of false positives. */
export function openSetCurve(gallery: Labelled, queries: Labelled, rank = 1): OpenSetCurve {
  return openSetCurveOf(answerQueries(gallery, queries), rank);
}

/** As `identifyOpenSet`, from answers that are at hand already. */
export function openSetAt(answers: readonly Answer[], fpir: number, rank = 1): OpenSet {
  const { own, known, strangers } = sortAnswers(answers, rank);
  const unknown = strangers.length;
  const budget = falseAcceptBudget(fpir, unknown);
  if (budget === 0) {
    throw new EvaluationError(`FPIR ${fpir} allows no false positive among ${unknown} unknown queries: at least ${Math.ceil(1 / fpir)} are needed`);
  }
  // Naming is strict, so the first stranger who must not be named is the threshold itself.
  const threshold = strangers[budget]!;
  const found = countBelow(own, threshold);
  const falsePositives = countBelow(strangers, threshold);
  return { fpir, threshold, value: found / known, found, known, unknown, falsePositives, achievedFpir: falsePositives / unknown };
}

/** As `openSetCurve`, from answers that are at hand already. */
export function openSetCurveOf(answers: readonly Answer[], rank = 1): OpenSetCurve {
  const { own, known, strangers } = sortAnswers(answers, rank);
  const unknown = strangers.length;
  if (unknown === 0) throw new EvaluationError('open set: every query has its person in the gallery, so nobody can be named falsely');
  const points = [...new Set(strangers), Infinity].map((threshold): OpenSetPoint => {
    const [found, falsePositives] = [countBelow(own, threshold), countBelow(strangers, threshold)];
    return { fpir: falsePositives / unknown, threshold, value: found / known, found, falsePositives };
  });
  return { rank, known, unknown, points };
}

/** Ascending: of known queries ranked high enough, the distance to their person; of unknown ones, to anyone. */
function sortAnswers(answers: readonly Answer[], rank: number): { own: Float64Array; known: number; strangers: Float64Array } {
  if (!Number.isInteger(rank) || rank < 1) throw new EvaluationError(`identification: expected a rank of at least 1, got ${rank}`);
  const mated = matedOf(answers);
  return {
    own: Float64Array.from(mated.filter((answer) => answer.rank! <= rank), ({ own }) => own!).sort(),
    known: mated.length,
    strangers: Float64Array.from(answers.filter((answer) => answer.rank === undefined), ({ closest }) => closest).sort(),
  };
}
