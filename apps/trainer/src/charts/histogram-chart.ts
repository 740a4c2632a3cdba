import type { TopLevelSpec } from 'vega-lite';
import { renderChart, type ChartSize } from './render.ts';

export interface Histogram {
  readonly name: string;
  /** How many values fell into each bin; the first bin starts at 0. */
  readonly counts: ArrayLike<number>;
}

export interface HistogramChartOptions extends ChartSize {
  readonly title: string;
  readonly x: string;
  readonly binWidth: number;
  /** A line across, such as a threshold. */
  readonly mark?: { readonly at: number; readonly label: string };
}

type Layer = Extract<TopLevelSpec, { layer: unknown }>['layer'][number];

/** Distributions over one axis, each as shares of its own total, so that a thousandfold larger one does not hide the other. */
export async function histogramChart(histograms: readonly Histogram[], options: HistogramChartOptions): Promise<string> {
  const { title, x, binWidth, mark } = options;
  const values = histograms.flatMap(({ name, counts }) => {
    const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
    return Array.from(counts, (count, bin) => ({ name, start: bin * binWidth, end: (bin + 1) * binWidth, share: count / total, count }))
      .filter(({ count }) => count > 0);
  });
  const rule: Layer[] = mark ? [
    { data: { values: [{ at: mark.at }] }, mark: { type: 'rule', strokeDash: [4, 3], color: '#333' }, encoding: { x: { field: 'at', type: 'quantitative' } } },
    {
      data: { values: [{ at: mark.at, label: mark.label }] },
      mark: { type: 'text', align: 'left', dx: 4, dy: 2, baseline: 'top', color: '#333' },
      encoding: { x: { field: 'at', type: 'quantitative' }, y: { value: 0 }, text: { field: 'label' } },
    },
  ] : [];
  return renderChart({
    title,
    layer: [
      {
        data: { values },
        mark: { type: 'rect', opacity: 0.55, strokeWidth: 0 },
        encoding: {
          x: { field: 'start', type: 'quantitative', title: x, axis: { tickCount: 10 }, scale: { nice: false } },
          x2: { field: 'end' },
          y: { field: 'share', type: 'quantitative', title: 'share', axis: { format: '~p' }, scale: { zero: true } },
          y2: { datum: 0 },
          color: { field: 'name', type: 'nominal', title: null, sort: histograms.map(({ name }) => name) },
        },
      },
      ...rule,
    ],
  }, options);
}
