import { type Line, lineChart } from '../charts/index.ts';
import { type Html, inlineSvg } from './html.ts';

/** A line of metrics.jsonl as it reads back. */
export interface Metric {
  readonly kind: string;
  readonly step: number;
  readonly time: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

export function parseMetrics(text: string): Metric[] {
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Metric);
}

interface Chart {
  readonly title: string;
  readonly y: string;
  readonly formatY?: string;
  /** What the legend calls it, the kind of line it is in, and its name there. */
  readonly lines: readonly (readonly [name: string, kind: string, key: string])[];
}

const charts: readonly Chart[] = [
  { title: 'Held-out identities', y: 'share', formatY: '.0%', lines: [['accuracy', 'evaluation', 'accuracy'], ['against the reference', 'evaluation', 'acrossAccuracy'], ['VAL', 'evaluation', 'val']] },
  { title: 'Loss', y: 'triplet loss', lines: [['loss', 'train', 'loss']] },
  { title: 'Mean squared distances', y: 'distance', lines: [['d(a, p)', 'train', 'positiveDistance'], ['d(a, n)', 'train', 'negativeDistance'], ['all pairs', 'train', 'meanDistance']] },
  { title: 'Triplets', y: 'share', formatY: '.0%', lines: [['active', 'train', 'activeShare'], ['semi-hard', 'train', 'semiHardShare']] },
  { title: 'Variance of the embeddings', y: 'variance', lines: [['variance', 'train', 'embeddingVariance']] },
  { title: 'Gradient norm', y: 'norm', lines: [['norm', 'train', 'gradientNorm']] },
  { title: 'Learning rate', y: 'rate', lines: [['rate', 'train', 'learningRate']] },
  { title: 'Speed', y: 'images per second', lines: [['images/s', 'train', 'imagesPerSecond']] },
];

/** Every curve that has at least two points. */
export async function drawCurves(metrics: readonly Metric[]): Promise<Html[]> {
  const drawn = charts.map(({ lines, ...chart }) => ({
    ...chart,
    lines: lines.map(([name, kind, key]): Line => ({ name, points: pointsOf(metrics, kind, key) })).filter(({ points }) => points.length > 1),
  })).filter(({ lines }) => lines.length > 0);
  return await Promise.all(drawn.map(async ({ title, y, formatY, lines }) => (
    inlineSvg(await lineChart(lines, { title, x: 'step', y, width: 420, height: 220, ...(formatY ? { formatY } : {}) }))
  )));
}

function pointsOf(metrics: readonly Metric[], kind: string, key: string): [number, number][] {
  return metrics.filter((metric) => metric.kind === kind).flatMap((metric): [number, number][] => {
    const value = metric[key] ?? metric.time[key];
    return typeof value === 'number' ? [[metric.step, value]] : [];
  });
}
