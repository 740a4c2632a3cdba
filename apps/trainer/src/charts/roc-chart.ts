import type { RocPoint } from '@facenet/evaluation';
import { lineChart } from './line-chart.ts';
import type { ChartSize } from './render.ts';

export interface RocLine {
  readonly name: string;
  readonly curve: readonly RocPoint[];
}

/** VAL over FAR, the latter logarithmic, because what happens at small false accept rates is what matters; `far` is marked. */
export async function rocChart(lines: readonly RocLine[], options: ChartSize & { readonly title: string; readonly far?: number }): Promise<string> {
  const smallest = Math.min(...lines.flatMap(({ curve }) => curve.map(({ far }) => far).filter((far) => far > 0)));
  return lineChart(
    lines.map(({ name, curve }) => ({ name, points: curve.map(({ far, val }) => [far, val] as const) })),
    {
      ...options,
      x: 'false accept rate (FAR)',
      y: 'validation rate (VAL)',
      logX: true,
      ...(options.far === undefined ? {} : { markX: options.far }),
      domainX: [Number.isFinite(smallest) ? 10 ** Math.floor(Math.log10(smallest)) : 1e-3, 1],
      domainY: [0, 1],
      formatY: '.0%',
      // Between two thresholds that occur, the counts stay as they are.
      interpolate: 'step-after',
    },
  );
}
