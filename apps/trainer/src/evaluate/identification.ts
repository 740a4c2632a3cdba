import { type Embeddings, type Identification, type Interval, measureIdentification, type OpenSet, type OpenSetPoint } from '@facenet/evaluation';
import { UsageError } from '../cli/errors.ts';

export interface IdentificationOptions {
  readonly fpir: number;
  readonly seed: number;
}

/** What `evaluate --identify --json` prints beside the rest. */
export interface IdentificationSummary {
  readonly closed: Identification['closed'];
  /** The curve holds about 100 of its points, more of them where few strangers are named; a threshold of null names everyone. */
  readonly open:
    | (OpenSet & { readonly enrolled: number; readonly interval: Interval; readonly curve: readonly (Omit<OpenSetPoint, 'threshold'> & { readonly threshold: number | null })[] })
    | { readonly fpir: number; readonly refused: string };
}

const ranks = 10;

/** Identification of the images of a set, where it is known who is on them. */
export function identifyImages(embeddings: Embeddings, labels: Int32Array | undefined, { fpir, seed }: IdentificationOptions): IdentificationSummary {
  if (labels === undefined) throw new UsageError('--identify: nobody says who is on these images; expected a folder with one folder per person');
  const { closed, open } = measureIdentification(embeddings, labels, { fpir, ranks, seed });
  if (open.refused !== undefined) return { closed, open };
  return { closed, open: { ...open, curve: thinned(open.curve.points) } };
}

const shown = 100;

function thinned(points: readonly OpenSetPoint[]): (Omit<OpenSetPoint, 'threshold'> & { threshold: number | null })[] {
  const last = points.length - 1;
  const chosen = new Set([0, last]);
  for (let i = 0; i < shown; i++) chosen.add(Math.round(Math.max(1, last) ** (i / (shown - 1))));
  return points.filter((_, index) => chosen.has(index)).map((point) => ({ ...point, threshold: Number.isFinite(point.threshold) ? point.threshold : null }));
}

/** The figures for people: name and value. */
export function identificationRows({ closed, open }: IdentificationSummary): [string, string][] {
  const ofClosed = `${count(closed.queries)} images of ${count(closed.enrolled)} people, one image of each enrolled`;
  return [
    ['rank 1', `${percent(closed.rank1)} (${percent(closed.interval.low)} to ${percent(closed.interval.high)}; ${ofClosed})`],
    ...[5, 10].map((rank): [string, string] => [`rank ${rank}`, `${percent(closed.cmc[rank - 1]!)} (${count(closed.found[rank - 1]!)} found)`]),
    [`identified at FPIR ${open.fpir}`, 'refused' in open
      ? `none: ${open.refused}`
      : `${percent(open.value)} (${percent(open.interval.low)} to ${percent(open.interval.high)}; ${count(open.found)} of ${count(open.known)} known, ` +
        `${count(open.falsePositives)} of ${count(open.unknown)} strangers named; ${count(open.enrolled)} enrolled)`],
  ];
}

const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;
const count = (value: number): string => value.toLocaleString('en');
